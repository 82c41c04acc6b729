/* explore/choice.h - which of the measured points to take, and which to show. */
#ifndef EXPLORE_CHOICE_H
#define EXPLORE_CHOICE_H
#include "explore/search.h"

enum { CHOICE_CONFIRM = 8 }; /* points measured again with all images at most */

bool choice_over_bits(const SearchBudget *b, const SearchPoint *p);
bool choice_over_cycles(const SearchBudget *b, const SearchPoint *p);
bool choice_drops_too_far(const SearchBudget *b, const SearchPoint *p);

/* Within every budget and not unsure: with max_drop the one of least cost, else of least error; of
 * equals the first. -1: none. */
int choice_best(const SearchBudget *b, const SearchResult *r);
/* front of every point: kept or chosen, and none of those is better in one of weight bits, SOPs
 * and error without being worse in another. */
void choice_front(SearchResult *r);
/* NO: the point that is nearest to the budget, and what it is over by. */
MUST_USE Err choice_refuse(const SearchBudget *b, const SearchResult *r, Ctx *c);
#endif
