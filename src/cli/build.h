/* cli/build.h - a build: the options, the network, what each stage made of it, run.json.
 *
 * A verb is given a MODEL, and runs the stages that it needs into a build folder, or the folder of
 * an earlier build, and runs its own stage again on what is there. A new folder is made under a
 * temporary name and renamed when the hardware is written: a failure before that leaves nothing,
 * and an older build in its place stays as it was.
 */
#ifndef CLI_BUILD_H
#define CLI_BUILD_H
#include "cli/imageset.h"
#include "cli/options.h"
#include "cost/plan.h"
#include "hw/device.h"
#include "hw/record.h"
#include "ir/graph.h"
#include "quant/quant.h"
#include "sim/sim.h"

typedef struct Build {
    Options       opt;
    const char   *model;   /* path as given                                    */
    const char   *dir;     /* the build folder                                 */
    const char   *work;    /* where files go: a temporary name, or dir         */
    json_t       *run;     /* run.json                                         */
    json_t       *times;   /* times.json                                       */
    Graph         net, snn;
    bool          has_net, has_snn, has_design, on_engine;
    bool          has_calib, has_test;
    Images        calib, test;
    const Device *device;
    Design        design;    /* once has_design, and not on_engine */
    TapePlan      tape;      /* once has_design, and on_engine     */
    Arena         perm, scratch;
    Ctx          *c;
} Build;

/* A stage: reads and fills the build, writes its files into work, notes its facts in run. */
typedef Err Stage(Build *b);
Stage stage_read, stage_framework, stage_quantize, stage_simulate, stage_plan, stage_emit,
      stage_verify, stage_synth, stage_report, stage_sweep, stage_print_layers, stage_rate,
      stage_radix, stage_encodings;

/* Opens what word 0 names: a model (a new build) or a build folder (its options, run.json). */
MUST_USE Err build_open(Build *b, const Options *given, Ctx *c);
/* Puts the new folder in its place; nothing to do for an old one. */
MUST_USE Err build_commit(Build *b);
/* Writes run.json and times.json. */
MUST_USE Err build_save(Build *b);
/* Frees; removes the temporary folder if it was never committed. */
void build_close(Build *b);

/* The model, read and lowered: b->net. */
MUST_USE Err build_read_model(Build *b);
/* What the options say of every conv and dense layer of b->net (arrays in perm), the table from
 * the calibration images. OPTION: a list of another length than the network's. */
MUST_USE Err build_quant_options(Build *b, QuantOptions *o);
/* The drawn calibration images, prepared, [n,C,H,W]. */
MUST_USE Err build_drawn(Build *b, int *n, float **x);
/* The network as the options say, quantised and proved: b->snn; nothing is written. n: images. */
MUST_USE Err build_quantize(Build *b, QuantReport *r, int *n);
/* What b->snn does with the test images; nothing is written. */
typedef struct Measured { double accuracy, spikes, sops; } Measured; /* percent; per image */
MUST_USE Err build_measure(Build *b, Measured *m);
MUST_USE Err build_accuracy(Build *b, double *percent);
/* hashes of the inputs, the hardware's files and tensors.npz, versions of the tools: into run.json. */
MUST_USE Err build_note_hashes(Build *b);
/* The model's name: its file or folder without the ending. */
const char *build_model_name(Build *b);

/* Files of earlier stages, loaded when first asked for. */
MUST_USE Err build_need_net(Build *b);
MUST_USE Err build_need_snn(Build *b);
/* What plan.json holds: a pipeline or an engine. */
MUST_USE Err build_need_plan(Build *b);
/* The pipeline; UNSUPPORTED where an engine was planned. */
MUST_USE Err build_need_design(Build *b);
MUST_USE Err build_need_test(Build *b);
MUST_USE Err build_need_calib(Build *b);
/* All images given for calibration, drawn or not, against the test images; nothing where one of
 * the two sets is not there. OPTION: an image is in both, and --allow-overlap was not said. */
MUST_USE Err build_check_overlap(Build *b);

/* A file of the build folder. */
const char *build_path(Build *b, const char *name);
/* run.json: the object at a dotted path, made where it is not there. */
json_t *build_run(Build *b, const char *path);
/* Seconds of a stage, for times.json. */
void build_time(Build *b, const char *stage, double seconds);
/* The same, and the process's peak memory up to here in MB beside it, as <stage>_peak_mb. */
void build_cost(Build *b, const char *stage, double seconds);

/* What the planner is asked for: the device's budget, the options' target. */
PlanOptions plan_options(const Build *b);

/* Where the RTL library is: rtl/ beside the binary's folder, or share/e3ne/rtl of the prefix. */
MUST_USE Err build_library(Build *b, const char **rtl);
#endif
