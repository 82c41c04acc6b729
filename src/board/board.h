/* board/board.h - the boards that a whole chip can be built for, and the folder it is built in.
 *
 * DIR/board/ gets: NAME_chip.sv (the chip's top: one instance of the board's own, with this core's
 * parameters), that module, the serial shell and the pin file, all copied from rtl/board/, and
 * files.f (all sources in order, the core's in ../rtl). List: boards.def. Test: tests/board/sim.sh. */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H
#include "base/arena.h"
#include "base/err.h"
#include "hw/design.h"

typedef enum BoardId {
#define BOARD(ID, name, device, chip, divf, baud, what) BOARD_##ID,
#include "board/boards.def"
#undef BOARD
    BOARD_COUNT
} BoardId;

typedef struct Board {
    const char *name, *device, *chip;
    int         divf, baud;
    const char *what;
} Board;
extern const Board board_table[BOARD_COUNT];

static inline double board_clock_mhz(const Board *b) { return 0.75 * (b->divf + 1); }

/* The board called so; OPTION lists the names that are known. */
MUST_USE Err board_find(const Board **b, const char *name, Ctx *c);

typedef struct BoardFiles {
    const char        *top, *pcf; /* module; path of the pin file */
    const char *const *src;       /* paths, in the order to read  */
    int                n_src;
} BoardFiles;

/* Writes dir/board/ for the design that is in dir/rtl/; library: the rtl/ folder that e3ne has.
 * Strings come from perm. Errors: IO; UNSUPPORTED: more classes than the protocol's words. */
MUST_USE Err board_emit(const Board *b, const Design *d, const char *library, const char *dir,
                        Arena *perm, BoardFiles *f, Ctx *c);
#endif
