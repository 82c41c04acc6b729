/* front/notes.h - what a reader did that the user should know, though nothing is wrong. */
#ifndef FRONT_NOTES_H
#define FRONT_NOTES_H

enum { NOTES_MAX = 32 };

/* Sentences, in the graph's arena; those past the limit are counted and not kept. */
typedef struct FrontNotes { int n; const char *text[NOTES_MAX]; } FrontNotes;
#endif
