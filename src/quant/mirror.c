/* Mirror images to calibrate on, where the float network itself takes them for images of the same
 * kind: its classes of the calibration images and of their mirror images agree beyond chance. So
 * a network of photographs gets twice the images, one of digits, which have none, does not. */
#include "quant/mirror.h"
#include "ir/eval.h"
#include <string.h>

static const double least_kappa = 0.75;

/* n images of `rows` rows of `width` values, each row from its end. */
static void flip(const float *x, int64_t rows, int width, float *out)
{
    for (int64_t r = 0; r < rows; r++)
        for (int i = 0; i < width; i++) out[r * width + i] = x[r * width + width - 1 - i];
}

/* The network's class of each image. */
static Err classify(const Graph *net, const float *x, int n, int *class, Arena scratch, Ctx *c)
{
    int m = (int)shape_count(net->node[net->n_node - 1].shape);
    float *score = NEW(&scratch, float, (size_t)n * (size_t)m);
    float **out = NEW(&scratch, float *, (size_t)net->n_node);
    out[net->n_node - 1] = score;
    TRY(eval_graph(net, x, n, out, scratch, c));
    for (int i = 0; i < n; i++) {
        const float *z = score + (int64_t)i * m;
        class[i] = 0;
        for (int o = 1; o < m; o++) class[i] = z[o] > z[class[i]] ? o : class[i];
    }
    return ERR_NONE;
}

/* Agreement of two classifications beyond chance: (seen - chance) / (1 - chance); 0 where all
 * images are of one class. */
static double kappa(const int *a, const int *b, int n, int classes, Arena scratch)
{
    int *count = NEW(&scratch, int, (size_t)(2 * classes));
    double seen = 0, chance = 0;
    for (int i = 0; i < n; i++) {
        seen += (double)(a[i] == b[i]) / n;
        count[a[i]]++;
        count[classes + b[i]]++;
    }
    for (int o = 0; o < classes; o++) chance += (double)count[o] / n * count[classes + o] / n;
    return chance < 1 ? (seen - chance) / (1 - chance) : 0;
}

Err quant_mirror_images(const Graph *net, const float **calib, int *n, double *agreement,
                        Arena *perm, Ctx *c)
{
    Shape s = net->node[0].shape;
    int64_t all = *n * shape_count(s);
    float *both = NEW(perm, float, (size_t)(2 * all));
    memcpy(both, *calib, (size_t)all * sizeof *both);
    flip(*calib, all / s.w, s.w, both + all);
    int *class = NEW(perm, int, (size_t)(2 * *n));
    TRY(classify(net, both, 2 * *n, class, *perm, c));
    int classes = (int)shape_count(net->node[net->n_node - 1].shape);
    *agreement = kappa(class, class + *n, *n, classes, *perm);
    if (s.w > 1 && *agreement >= least_kappa) {
        *calib = both;
        *n *= 2;
    }
    return ERR_NONE;
}

const QuantPass quant_mirror = {
    .name   = "mirror",
    .help   = "mirror images to calibrate on too, where the float network sees the same in them",
    .source = "Krizhevsky et al. 2012, section 4.1, for training; Cohen 1960 (kappa) for where",
};
