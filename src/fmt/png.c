/* PNG through libpng's row reader, from memory; its errors come back by longjmp. */
#include "fmt/image_in.h"
#include "fmt/take.h"
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that must survive the jump lives here, not in locals. */
typedef struct Decode {
    const unsigned char *p;
    size_t       n, at;
    png_structp  png;
    png_infop    info;
    png_bytep    rows;   /* [H][W][channels], malloc */
    png_bytepp   row;    /* [H] */
    Image       *out;
    Arena       *perm;
    char         text[96];
    const char  *file;
    Ctx         *c;
} Decode;

static void on_error(png_structp png, png_const_charp text)
{
    Decode *d = png_get_error_ptr(png);
    snprintf(d->text, sizeof d->text, "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    Decode *d = png_get_io_ptr(png);
    if (n > d->n - d->at)
        png_error(png, "the file ends too early");
    memcpy(to, d->p + d->at, n);
    d->at += n;
}

/* To 8 bits of grey or red, green, blue. */
static void set_transforms(Decode *d)
{
    png_set_expand(d->png);
    png_set_strip_16(d->png);
    png_set_strip_alpha(d->png);
    png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
}

static void make_rows(Decode *d)
{
    size_t bytes = png_get_rowbytes(d->png, d->info), h = (size_t)d->out->h;
    if (bytes * h / 1032 > d->n) /* deflate's best ratio */
        png_error(d->png, "the header claims more pixels than the file can hold");
    d->rows = malloc(bytes * h);
    d->row  = malloc(h * sizeof *d->row);
    if (!d->rows || !d->row)
        png_error(d->png, "out of memory");
    for (size_t i = 0; i < h; i++) d->row[i] = d->rows + i * bytes;
}

/* Everything that may jump. False: an error, told in d->text. */
static bool decode(Decode *d)
{
    if (setjmp(png_jmpbuf(d->png)))
        return false;
    png_set_user_limits(d->png, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX);
    png_set_chunk_malloc_max(d->png, 1 << 20);
    png_set_read_fn(d->png, d, on_read);
    png_read_info(d->png, d->info);
    set_transforms(d);
    *d->out = (Image){ png_get_channels(d->png, d->info),
                       (int)png_get_image_height(d->png, d->info),
                       (int)png_get_image_width(d->png, d->info), NULL };
    make_rows(d);
    png_read_image(d->png, d->row);
    png_read_end(d->png, NULL);
    return true;
}

/* [H][W][C] to [C][H][W]. */
static Err to_planes(Decode *d)
{
    Image *m = d->out;
    size_t plane = (size_t)m->h * (size_t)m->w, channels = (size_t)m->c;
    void *to;
    TRY(take(d->perm, plane * channels, 1, d->file, &to, d->c));
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < plane; i++)
            ((unsigned char *)to)[c * plane + i] = d->rows[i * channels + c];
    m->p = to;
    return ERR_NONE;
}

Err png_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Image *out, Ctx *c)
{
    Decode d = { .p = p, .n = n, .out = out, .perm = perm, .file = file, .c = c };
    d.png  = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, on_error, on_warning);
    d.info = d.png ? png_create_info_struct(d.png) : NULL;
    Err e;
    if (!d.info)
        e = fail(c, ERR_LIMIT, (Loc){ .file = file }, "libpng has no memory");
    else if (!decode(&d))
        e = fail(c, ERR_FORMAT, (Loc){ .file = file, .byte = d.at }, "PNG: %s", d.text);
    else
        e = to_planes(&d);
    png_destroy_read_struct(&d.png, &d.info, NULL);
    free(d.rows);
    free(d.row);
    return e;
}
