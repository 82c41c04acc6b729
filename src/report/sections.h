/* report/sections.h - the parts of the page, one file each, in the order in which they are read.
 *
 * Each writes well-formed XML, escapes every string of run.json, and says what is not there
 * instead of leaving a gap or a guess. Arenas are scratch. */
#ifndef REPORT_SECTIONS_H
#define REPORT_SECTIONS_H
#include "base/arena.h"
#include "base/buf.h"
#include "report/facts.h"

typedef void SectionWrite(Buf *b, const Facts *f, Arena scratch);

SectionWrite headline_write;  /* title, verdict                                     */
SectionWrite cards_write;     /* key figures                                        */
SectionWrite netpic_write;    /* the network as a picture                           */
SectionWrite layers_write;    /* the table of layers                                */
SectionWrite cyclebars_write; /* cycles of each layer                               */
SectionWrite roofline_write;  /* an engine's layers beside its array and port        */
SectionWrite heat_write;      /* spikes of each layer and step                      */
SectionWrite resources_write; /* what the device gives up for it                    */
SectionWrite searched_write;  /* what the search for T and W found                  */
SectionWrite versus_write;    /* beside E3NE's released RTL                         */
SectionWrite origin_write;    /* what this was made from                            */

/* versus_write applies: the layers are those of the LeNet-5 that E3NE's RTL was measured with. */
bool versus_applies(const Facts *f);
/* It is planned for an engine. */
bool roofline_applies(const Facts *f);
/* There was a search. */
bool searched_applies(const Facts *f);

/* What several sections say in the same way. */
/* The number at path (html_num_auto), or a dash. */
void part_num(Buf *b, const json_t *j, const char *path);
/* The string at path, or a dash. */
void part_str(Buf *b, const json_t *j, const char *path);
/* Whatever it is: a number, a string, yes or no, or a list of those; else a dash. */
void part_value(Buf *b, const json_t *v);
/* "<p class=missing>Not run: what</p>"; what is ours, HTML. */
void part_missing(Buf *b, const char *what);
/* Block RAM as its kind is counted: "12.5 RAMB36" or "20 blocks". False if not given. */
bool part_bram(const json_t *j, double *count, const char **label);
/* What a LUT is on that device, "LUT" where it is not said: theirs, to be escaped. */
const char *part_lut(const json_t *area);
/* True if the clock was placed and routed, false if it is an estimate or not there. */
bool part_placed(const json_t *area);
#endif
