#include "hw/unit.h"

const UnitInfo unit_info[UNIT_COUNT] = {
#define UNIT(KIND, module_, what_) [UNIT_##KIND].module = module_, [UNIT_##KIND].what = what_,
#define PARAM(KIND, Name, what_) [UNIT_##KIND].param[P_##KIND##_##Name] = #Name,
#include "hw/units.def"
#undef UNIT
#undef PARAM
};
