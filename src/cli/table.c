#include "cli/table.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

Table table_new(const char *headings)
{
    Table t = { .n_column = 1 };
    for (const char *p = headings; *p; p++) t.n_column += *p == '|';
    buf_printf(&t.text, "%s\n", headings);
    return t;
}

void table_row(Table *t, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    buf_printf(&t->text, "%s\n", line);
}

/* Calls f for each cell of the text. */
static void each_cell(const Table *t, void (*f)(int row, int column, const char *s, int n, void *p), void *p)
{
    int row = 0, column = 0;
    for (const char *s = t->text.p; *s;) {
        int n = (int)strcspn(s, "|\n");
        f(row, column, s, n, p);
        bool end = s[n] == '\n';
        row += end;
        column = end ? 0 : column + 1;
        s += n + 1;
    }
}

typedef struct Layout { int width[TABLE_MAX_COLUMN]; bool right[TABLE_MAX_COLUMN]; int n; } Layout;

/* Characters, not bytes, of UTF-8. */
static int characters(const char *s, int n)
{
    int k = 0;
    for (int i = 0; i < n; i++) k += ((unsigned char)s[i] & 0xc0) != 0x80;
    return k;
}

static void measure(int row, int column, const char *s, int n, void *p)
{
    Layout *l = p;
    bool mark = row == 0 && *s == '>';
    if (column >= TABLE_MAX_COLUMN)
        return;
    l->right[column] |= mark;
    int w = characters(s, n) - mark;
    l->width[column] = w > l->width[column] ? w : l->width[column];
}

static void print(int row, int column, const char *s, int n, void *p)
{
    const Layout *l = p;
    bool mark = row == 0 && *s == '>';
    if (column >= TABLE_MAX_COLUMN)
        return;
    s += mark;
    n -= mark;
    int space = l->width[column] - characters(s, n);
    bool last = column == l->n - 1;
    printf("%s%*s%.*s%*s%s", column ? "  " : "", l->right[column] ? space : 0, "", n, s,
           l->right[column] || last ? 0 : space, "", last ? "\n" : "");
}

void table_print(Table *t)
{
    Layout l = { .n = t->n_column };
    each_cell(t, measure, &l);
    each_cell(t, print, &l);
    buf_free(&t->text);
}
