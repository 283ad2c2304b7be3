/*
 * doctor - starts the real zygotes and says of each layer of their jail
 * whether it is in force.
 */
#include <stdio.h>
#include <sys/utsname.h>

#include "cli.h"

const struct opt opts_doctor[] = { { 0 } };
const struct opt opts_version[] = { { 0 } };

static bool
show_role(struct nursery *n, enum role r, enum lang l)
{
	struct zygote_state s;
	bool all = true;
	unsigned i;

	nursery_state(n, r, &s);
	printf("%s (%s)\n", jail_role(r)->program, jail_role(r)->text[l]);
	for (i = 0; i < JAIL_LAYERS; i++) {
		bool on = (s.layers & 1u << i) != 0;

		all = all && on;
		printf("  %s %-4s  %s", on ? "●" : "○", text(on ? TEXT_DOCTOR_ACTIVE : TEXT_DOCTOR_MISSING, l),
		       jail_layer_text(i, l));
		if ((1u << i) == JAIL_LANDLOCK)
			printf(" ABI %d", s.landlock_abi);
		printf("%s%s%s\n", (JAIL_REQUIRED & 1u << i) != 0 ? " [" : "",
		       (JAIL_REQUIRED & 1u << i) != 0 ? text(TEXT_DOCTOR_REQUIRED, l) : "",
		       (JAIL_REQUIRED & 1u << i) != 0 ? "]" : "");
	}
	return all;
}

int
cmd_doctor(const struct args *a)
{
	struct nursery_opts o = { 0 };
	struct utsname u;
	struct err e;
	struct nursery *n = nursery_new(&o, &e);
	bool all = true;
	int r;

	if (uname(&u) == 0)
		printf("%s %s %s\n", u.sysname, u.release, u.machine);
	if (n == NULL) {
		printf("✕ %s\n  %s\n", text(TEXT_DOCTOR_BAD, a->lang), e.text);
		return EXIT_ENVIRONMENT;
	}
	for (r = 0; r <= ROLE_DRAWER; r++) {
		if (nursery_ready(n, (enum role)r, &e)) {
			all = show_role(n, (enum role)r, a->lang) && all;
			continue;
		}
		/* Without it some kinds are refused; nothing else is weaker. */
		printf("%s (%s)\n  ✕ %s\n", jail_role((enum role)r)->program, jail_role((enum role)r)->text[a->lang],
		       e.text);
	}
	printf("%s\n", text(all ? TEXT_DOCTOR_OK : TEXT_DOCTOR_WEAK, a->lang));
	nursery_free(n);
	return EXIT_DONE;
}

int
cmd_version(const struct args *a)
{
	(void)a;
	printf("sekisho %s\n", SEKISHO_VERSION);
	return EXIT_DONE;
}
