/*
 * repack - the least that a program can do to a ZIP: inflate each member and
 * deflate it again, by libdeflate, nothing looked at.  The peer of speed.py.
 *
 *	repack IN.zip OUT.zip
 *
 * Members are stored or deflated; no ZIP64, no encryption; sizes from the
 * central directory.
 */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL = 6, LOCAL = 30, CENTRAL = 46, END = 22 };

struct bytes {
	uint8_t *p;
	size_t n, cap;
};

static unsigned
u16(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static uint32_t
u32(const uint8_t *p)
{
	return u16(p) | (uint32_t)u16(p + 2) << 16;
}

static void
set_u32(uint8_t *p, size_t v)
{
	uint32_t n = (uint32_t)v;

	memcpy(p, &n, sizeof n);
}

/* Room for n more bytes. */
static uint8_t *
room(struct bytes *b, size_t n)
{
	if (b->cap - b->n < n) {
		b->cap = (b->cap + n) * 2;
		b->p = realloc(b->p, b->cap);
		if (b->p == NULL)
			exit(2);
	}
	return b->p + b->n;
}

static void
put(struct bytes *b, const void *p, size_t n)
{
	memcpy(room(b, n), p, n);
	b->n += n;
}

static int
load(const char *path, struct bytes *b)
{
	FILE *f = fopen(path, "rb");
	size_t got;

	if (f == NULL)
		return 0;
	while ((got = fread(room(b, 1 << 20), 1, 1 << 20, f)) > 0)
		b->n += got;
	return fclose(f) == 0;
}

struct packer {
	struct libdeflate_compressor *c;
	struct libdeflate_decompressor *d;
	struct bytes in, out, dir, plain;
	unsigned members;
};

/* One member by its central header at `at`; the length of that header, 0 where it is unsound. */
static size_t
member(struct packer *k, size_t at)
{
	const uint8_t *h = k->in.p + at, *local, *data;
	size_t packed, plain, name, start, room_for, got;
	uint8_t head[CENTRAL];

	if (k->in.n - at < CENTRAL || memcmp(h, "PK\1\2", 4) != 0)
		return 0;
	packed = u32(h + 20);
	plain = u32(h + 24);
	name = u16(h + 28);
	start = u32(h + 42);
	if (start + LOCAL > k->in.n || plain > (1u << 30))
		return 0;
	local = k->in.p + start;
	start += LOCAL + u16(local + 26) + u16(local + 28);
	if (start + packed > k->in.n || (u16(h + 10) != 0 && u16(h + 10) != 8))
		return 0;
	data = k->in.p + start;
	k->plain.n = 0;
	if (u16(h + 10) == 0)
		put(&k->plain, data, plain = packed);
	else if (libdeflate_deflate_decompress(k->d, data, packed, room(&k->plain, plain + 1), plain, NULL) != 0)
		return 0;
	memcpy(head, h, CENTRAL);
	room_for = libdeflate_deflate_compress_bound(k->c, plain) + LOCAL + name;
	got = libdeflate_deflate_compress(k->c, k->plain.p, plain, room(&k->out, room_for) + LOCAL + name,
					  room_for - LOCAL - name);
	memcpy(head + 8, "\0\10\10\0", 4);		/* names in UTF-8, sizes in front, deflated */
	set_u32(head + 16, libdeflate_crc32(0, k->plain.p, plain));
	set_u32(head + 20, got);
	memset(head + 30, 0, 12);
	set_u32(head + 42, k->out.n);
	put(&k->dir, head, CENTRAL);
	put(&k->dir, h + CENTRAL, name);
	put(&k->out, "PK\3\4", 4);
	put(&k->out, head + 6, 26);
	put(&k->out, h + CENTRAL, name);
	k->out.n += got;
	k->members++;
	return CENTRAL + name + u16(h + 30) + u16(h + 32);
}

int
main(int argc, char **argv)
{
	struct packer k = { .c = libdeflate_alloc_compressor(LEVEL), .d = libdeflate_alloc_decompressor() };
	size_t at, step, n;
	FILE *f;

	if (argc != 3 || k.c == NULL || k.d == NULL || !load(argv[1], &k.in) || k.in.n < END)
		return 2;
	for (at = k.in.n - END; memcmp(k.in.p + at, "PK\5\6", 4) != 0; at--)
		if (at == 0)
			return 1;
	n = u16(k.in.p + at + 10);
	for (at = u32(k.in.p + at + 16); k.members < n && at < k.in.n; at += step)
		if ((step = member(&k, at)) == 0)
			return 1;
	at = k.out.n;
	put(&k.out, k.dir.p, k.dir.n);
	put(&k.out, "PK\5\6\0\0\0\0", 8);
	put(&k.out, (uint8_t[]){ (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)n, (uint8_t)(n >> 8) }, 4);
	set_u32(room(&k.out, 8), k.dir.n);
	set_u32(k.out.p + k.out.n + 4, at);
	k.out.n += 8;
	put(&k.out, "\0\0", 2);
	f = fopen(argv[2], "wb");
	if (f == NULL || fwrite(k.out.p, 1, k.out.n, f) != k.out.n)
		return 2;
	return fclose(f) == 0 ? 0 : 2;
}
