/* e3ne devices - the FPGAs that designs can be planned for. */
#include "cli/cmd.h"
#include "cli/table.h"
#include "hw/device.h"
#include <stdio.h>
#include <stdlib.h>

const ExtraOption extra_devices[] = { { 0 } };

static void print_json(void)
{
    json_t *all = json_array();
    for (int i = 0; i < DEVICE_COUNT; i++) {
        const Device *d = &device_table[i];
        json_array_append_new(all, json_pack("{s:s,s:s,s:I,s:s,s:I,s:I,s:i,s:I,s:f}", "name", d->name,
            "family", device_family(d)->title, "lut", (json_int_t)d->lut, "lut_kind",
            device_family(d)->lut_kind, "ff", (json_int_t)d->ff, "ram", (json_int_t)d->ram, "ram_bits",
            device_family(d)->ram_bits, "dsp", (json_int_t)d->dsp, "clock_mhz", d->clock_mhz));
    }
    char *text = json_dumps(all, JSON_INDENT(1));
    puts(text);
    free(text);
    json_decref(all);
}

Err cmd_devices(const Options *o, Ctx *c)
{
    if (o->n_word > 0)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "takes no argument");
    if (o->json) {
        print_json();
        return ERR_NONE;
    }
    Table t = table_new("device|family|>LUTs|kind|>FFs|>block RAMs|>bits each|>DSPs|>nominal MHz");
    for (int i = 0; i < DEVICE_COUNT; i++) {
        const Device *d = &device_table[i];
        table_row(&t, "%s|%s|%lld|%s|%lld|%lld|%d|%lld|%.0f", d->name, device_family(d)->title,
                  (long long)d->lut, device_family(d)->lut_kind, (long long)d->ff, (long long)d->ram,
                  device_family(d)->ram_bits, (long long)d->dsp, d->clock_mhz);
    }
    table_print(&t);
    return ERR_NONE;
}
