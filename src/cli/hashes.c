/* The reproducibility block of run.json. */
#include "base/hash.h"
#include "base/io.h"
#include "base/proc.h"
#include "cli/build.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static Err note_file(Build *b, json_t *j, const char *name, const char *path)
{
    Map m;
    if (!path || !io_is_file(path))
        return ERR_NONE;
    TRY(io_map(&m, path, b->c));
    json_object_set_new(j, name, json_string(hash_bytes(m.p, m.n).hex));
    io_unmap(&m);
    return ERR_NONE;
}

/* Every file of a folder of the build, by its name from the build folder on. */
static Err note_folder(Build *b, json_t *j, const char *folder)
{
    struct dirent **list;
    int n = scandir(build_path(b, folder), &list, NULL, alphasort);
    Err e = ERR_NONE;
    for (int i = 0; i < n; i++) {
        const char *name = io_join(&b->perm, folder, list[i]->d_name);
        if (!e)
            e = note_file(b, j, name, build_path(b, name));
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return e;
}

Err build_note_hashes(Build *b)
{
    json_t *j = json_object(), *tools = json_object();
    json_object_set_new(b->run, "hashes", j);
    json_object_set_new(b->run, "tools", tools);
    static const char *const made[] = { "network.il", "snn.il", "tensors.npz", "plan.json", "tape.bin" };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        TRY(note_file(b, j, made[i], build_path(b, made[i])));
    TRY(note_folder(b, j, "rtl"));
    TRY(note_folder(b, j, "rtl/mem"));
    TRY(note_file(b, j, "calibration images", b->opt.calib));
    TRY(note_file(b, j, "test images", b->opt.test));
    TRY(note_file(b, j, "test labels", b->opt.labels));
    static const Tool used[] = { TOOL_VERILATOR, TOOL_YOSYS };
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
        const char *version = tool_version(used[i], &b->perm);
        if (version)
            json_object_set_new(tools, tool_info[used[i]].exe, json_string(version));
    }
    return ERR_NONE;
}
