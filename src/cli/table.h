/* cli/table.h - aligned columns on standard output. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H
#include "base/buf.h"

enum { TABLE_MAX_COLUMN = 16 };

/* Cells are printed as they are given, in columns as wide as their widest cell; columns whose
 * heading begins with '>' are aligned to the right. */
typedef struct Table { int n_column; Buf text; } Table;

/* "Layer|>Cycles|..." */
Table table_new(const char *headings);
/* One row: cells separated by '|', printf-style. */
__attribute__((format(printf, 2, 3))) void table_row(Table *t, const char *fmt, ...);
/* Prints and frees. */
void table_print(Table *t);
#endif
