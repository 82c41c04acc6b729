/* Attributes: each is in the operator's rules or it is a problem. */
#include "front/onnx_in.h"
#include <string.h>

#define TYPE(t) ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__##t

static const char *attr_name(const Onnx__AttributeProto *a) { return a->name ? a->name : ""; }

/* True if the field of that type is there, and the type, where it is said, agrees. */
static bool has_type(const Onnx__AttributeProto *a, int type)
{
    if (a->has_type && a->type != TYPE(UNDEFINED) && (int)a->type != type)
        return false;
    switch (type) {
    case TYPE(FLOAT):  return a->has_f;
    case TYPE(INT):    return a->has_i;
    case TYPE(STRING): return a->has_s;
    case TYPE(TENSOR): return a->t != NULL;
    default:           return true; /* INTS, FLOATS: an empty list leaves no trace */
    }
}

static const AttrRule *find_rule(const AttrRule *rules, const char *name)
{
    for (; rules->name; rules++)
        if (!strcmp(rules->name, name))
            return rules;
    return NULL;
}

static void check_fixed(Reader *r, const AttrRule *rule, const Onnx__AttributeProto *a)
{
    const int64_t *v = rule->type == TYPE(INT) ? &a->i : a->ints;
    size_t n = rule->type == TYPE(INT) ? 1 : a->n_ints;
    for (size_t i = 0; i < n; i++)
        if (v[i] != rule->value) {
            onnx_wrong(r, ERR_UNSUPPORTED, "%s is %lld, only %lld is read; %s", rule->name,
                       (long long)v[i], (long long)rule->value, rule->remedy);
            return;
        }
}

static void check_attr(Reader *r, const AttrRule *rules, const Onnx__AttributeProto *a)
{
    const AttrRule *rule = find_rule(rules, attr_name(a));
    if (!rule)
        onnx_wrong(r, ERR_UNSUPPORTED, "attribute '%.60s' is not known; export without it",
                   attr_name(a));
    else if (a->ref_attr_name && *a->ref_attr_name)
        onnx_wrong(r, ERR_UNSUPPORTED, "attribute '%s' refers to a function's attribute; "
                   "export with functions inlined", rule->name);
    else if (!has_type(a, rule->type))
        onnx_wrong(r, ERR_FORMAT, "attribute '%s' has a wrong type (%d, not %d); export again",
                   rule->name, (int)a->type, rule->type);
    else if (rule->use == ATTR_FIXED)
        check_fixed(r, rule, a);
}

void onnx_attrs_check(Reader *r, const AttrRule *rules)
{
    Onnx__NodeProto *n = r->node;
    for (size_t i = 0; i < n->n_attribute; i++) {
        for (size_t k = 0; k < i && i < 64; k++)
            if (!strcmp(attr_name(n->attribute[i]), attr_name(n->attribute[k])))
                onnx_wrong(r, ERR_FORMAT, "attribute '%.60s' is there twice; export again",
                           attr_name(n->attribute[i]));
        check_attr(r, rules, n->attribute[i]);
    }
}

const Onnx__AttributeProto *onnx_attr(Reader *r, const char *name)
{
    for (size_t i = 0; i < r->node->n_attribute; i++)
        if (!strcmp(attr_name(r->node->attribute[i]), name))
            return r->node->attribute[i];
    return NULL;
}

int64_t onnx_attr_int(Reader *r, const char *name, int64_t otherwise)
{
    const Onnx__AttributeProto *a = onnx_attr(r, name);
    return a && a->has_i ? a->i : otherwise;
}

double onnx_attr_float(Reader *r, const char *name, double otherwise)
{
    const Onnx__AttributeProto *a = onnx_attr(r, name);
    return a && a->has_f ? (double)a->f : otherwise;
}

const int64_t *onnx_attr_ints(Reader *r, const char *name, size_t *n)
{
    const Onnx__AttributeProto *a = onnx_attr(r, name);
    *n = a ? a->n_ints : 0;
    return a && a->n_ints ? a->ints : NULL;
}
