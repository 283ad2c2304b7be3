#include "jail/jail.h"

static const struct jail_role roles[] = {
#define ROLE(id, program, user, files, network, life, memory, cpu, ja, en)                 \
	[ROLE_##id] = { program, user, files, life, memory, cpu, { ja, en } },
#include "jail/roles.def"
#undef ROLE
};

static const char *const layers[][LANG_COUNT] = {
#define LAYER(bit, ja, en) [__builtin_ctz(bit)] = { ja, en },
#include "jail/layer.def"
#undef LAYER
};

const struct jail_role *
jail_role(enum role r)
{
	return &roles[r];
}

const char *
jail_layer_text(unsigned i, enum lang l)
{
	return i < JAIL_LAYERS ? layers[i][l] : "";
}
