#include "office.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOK_USE_UNSTABLE_API
#include <LibreOfficeKit/LibreOfficeKit.h>

#include "core/own.h"
#include "own_files.h"

static const char program[] = "/usr/lib/libreoffice/program";
static const char profile[] = "file:///profile";

/* LibreOffice writes its settings a second after it changed one, in a thread of its own. */
enum { QUIET_MS = 15000, LOOK_MS = 20 };

/* A picture is compressed anew by who reads it. */
static const char quick[] = "{\"Compression\":{\"type\":\"long\",\"value\":\"1\"}}";

static LibreOfficeKit *kit;
static DIR *threads;

static struct {
	void (*run)(void *ctx);
	void *ctx;
	struct err *e;
	bool ran;
} loop;

void
office_look(void)
{
	threads = opendir("/proc/self/task");
}

static size_t
thread_count(void)
{
	struct dirent *d;
	size_t n = 0;

	rewinddir(threads);
	while ((d = readdir(threads)) != NULL)
		n += d->d_name[0] != '.';
	return n;
}

/* Until the threads that came with the beginning have ended. */
static bool
quiet(struct err *e)
{
	const struct timespec look = { 0, LOOK_MS * 1000000L };
	size_t i;

	for (i = 0; i < QUIET_MS / LOOK_MS; i++) {
		if (thread_count() == 1)
			return true;
		(void)nanosleep(&look, NULL);
	}
	return err_set(e, ERR_SYSTEM, "LibreOffice keeps threads");
}

static bool
put(const char *path, const char *text, struct err *e)
{
	own_fd int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
	size_t n = strlen(text);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return true;
}

static bool
put_own_files(struct err *e)
{
	size_t i;

	if (mkdir("/profile/user", 0700) != 0)
		return err_set(e, ERR_SYSTEM, "/profile: %s", strerror(errno));
	for (i = 0; own_files[i].path != NULL; i++)
		if (!put(own_files[i].path, own_files[i].text, e))
			return false;
	return true;
}

static bool
convert(const char *in, const char *out, const char *format, bool once, struct err *e)
{
	char from[128], to[128];
	LibreOfficeKitDocument *d;
	int ok;

	(void)snprintf(from, sizeof from, "file://%s", in);
	(void)snprintf(to, sizeof to, "file://%s", out);
	d = kit->pClass->documentLoad(kit, from);
	if (d == NULL)
		return err_set(e, ERR_MALFORMED, "LibreOffice cannot read it");
	ok = d->pClass->saveAs(d, to, format, strcmp(format, "png") == 0 ? quick : NULL);
	if (!once)	/* a child ends with it */
		d->pClass->destroy(d);
	return ok != 0 || err_set(e, ERR_MALFORMED, "LibreOffice cannot write it as %s", format);
}

bool
office_convert(const char *in, const char *out, const char *format, struct err *e)
{
	return convert(in, out, format, true, e);
}

/*
 * A little document of each kind, saved as the old format, read back and
 * saved as the new one: code and settings that each child would look up
 * again are looked up once.
 */
static bool
warm(struct err *e)
{
	size_t i;

	for (i = 0; warm_ups[i].in != NULL; i++)
		if (!convert(warm_ups[i].in, warm_ups[i].out, warm_ups[i].format, false, e))
			return err_at(e, "%s", warm_ups[i].out);
	for (i = 0; warm_ups[i].in != NULL; i++) {
		(void)unlink(warm_ups[i].in);
		(void)unlink(warm_ups[i].out);
	}
	return true;
}

/*
 * LibreOffice catches its own crash to save what is open.  The first process
 * of a namespace would do so again and again: let it die at once.
 */
static void
no_handlers(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTERM, SIGXCPU };
	size_t i;

	for (i = 0; i < sizeof crashes / sizeof *crashes; i++)
		(void)signal(crashes[i], SIG_DFL);
}

static int
in_loop(void *unused, int timeout_us)
{
	(void)unused;
	(void)timeout_us;
	if (loop.ran)
		return 0;
	loop.ran = true;
	no_handlers();
	if (warm(loop.e) && quiet(loop.e))
		loop.run(loop.ctx);
	return -1;	/* the loop ends */
}

static void
wake(void *unused)
{
	(void)unused;
}

bool
office_begin(void (*run)(void *ctx), void *ctx, struct err *e)
{
	/* As LibreOfficeKitInit.h declares it. */
	LibreOfficeKit *(*hook)(const char *install, const char *user) = NULL;
	void *lib;

	loop.run = run;
	loop.ctx = ctx;
	loop.e = e;
	if (access(program, F_OK) != 0)
		return err_set(e, ERR_DENIED, "LibreOffice is not installed");
	if (threads == NULL || !put_own_files(e))
		return err_set(e, ERR_SYSTEM, "LibreOffice: no folder of its own");
	(void)setenv("HOME", "/profile", 1);
	(void)setenv("SAL_USE_VCLPLUGIN", "svp", 1);
	(void)setenv("SAL_LOK_OPTIONS", "unipoll", 1);	/* its loop in this thread, not in another */
	(void)setenv("SAL_LOG", "", 1);
	(void)setenv("MAX_CONCURRENCY", "1", 1);
	(void)setenv("TZ", "UTC0", 1);
	lib = dlopen("/usr/lib/libreoffice/program/libmergedlo.so", RTLD_LAZY);
	if (lib == NULL)
		lib = dlopen("/usr/lib/libreoffice/program/libsofficeapp.so", RTLD_LAZY);
	if (lib != NULL)
		*(void **)&hook = dlsym(lib, "libreofficekit_hook_2");
	if (hook == NULL)
		return err_set(e, ERR_SYSTEM, "LibreOffice cannot be loaded: %s", dlerror());
	kit = hook(program, profile);
	if (kit == NULL)
		return err_set(e, ERR_SYSTEM, "LibreOffice does not begin");
	kit->pClass->runLoop(kit, in_loop, wake, &loop);
	return e->code == ERR_NONE;
}
