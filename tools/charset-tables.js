// Writes lib/sanitize/text/charset_tables.def from Node's TextDecoder, which follows the
// WHATWG Encoding Standard (full ICU needed).  `node tools/charset-tables.js > FILE`.
'use strict';

const sjis = new TextDecoder('shift_jis');
const euc = new TextDecoder('euc-jp');

const code = (text) => {
	const points = [...text].map((c) => c.codePointAt(0));
	return points.length === 1 && points[0] !== 0xfffd && points[0] < 0x10000 ? points[0] : 0;
};

// The index "jis0208" by Shift_JIS pointer; the user-defined rows are arithmetic in charset.c.
const jis0208 = [];
for (let p = 0; p < 188 * 60; p++) {
	const lead = Math.floor(p / 188), trail = p % 188;
	const bytes = Uint8Array.of(lead + (lead < 0x1f ? 0x81 : 0xc1), trail + (trail < 0x3f ? 0x40 : 0x41));
	jis0208.push(p >= 8836 && p <= 10715 ? 0 : code(sjis.decode(bytes)));
}
const jis0212 = [];
for (let p = 0; p < 94 * 94; p++)
	jis0212.push(code(euc.decode(Uint8Array.of(0x8f, 0xa1 + Math.floor(p / 94), 0xa1 + p % 94))));
// Node reads windows-1252 as ISO 8859-1; what differs is "index windows-1252", 80 to 9F.
const high1252 = [
	0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d,
	0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161,
	0x203a, 0x153, 0x9d, 0x17e, 0x178,
];
for (let b = 0xa0; b < 0x100; b++)
	high1252.push(b);

// Reverse: code point -> pointer + 1.  Shift_JIS leaves out the NEC-selected rows (WHATWG
// "index Shift_JIS pointer"), the JIS row encodings leave out what lies beyond row 94.
const reverse = (table, skip) => {
	const map = new Map();
	table.forEach((c, p) => {
		if (c !== 0 && !skip(p) && !map.has(c))
			map.set(c, p + 1);
	});
	return map;
};
const pages = (name, map) => {
	const used = [...new Set([...map.keys()].map((c) => c >> 8))].sort((a, b) => a - b);
	const number = new Map(used.map((page, i) => [page, i + 1]));
	const flat = new Array((used.length + 1) * 256).fill(0);
	for (const [c, p] of map)
		flat[number.get(c >> 8) * 256 + (c & 255)] = p;
	print(`${name}_page`, 'uint8_t', Array.from({ length: 256 }, (_, i) => number.get(i) || 0));
	print(`${name}_pointer`, 'uint16_t', flat);
};

const lines = [];
const print = (name, type, list) => {
	lines.push(`static const ${type} ${name}[${list.length}] = {`);
	for (let i = 0; i < list.length; i += 16)
		lines.push('\t' + list.slice(i, i + 16).join(',') + ',');
	lines.push('};');
};

lines.push('/* Written by tools/charset-tables.js from the WHATWG indexes: do not edit. */');
print('jis0208', 'uint16_t', jis0208);
print('jis0212', 'uint16_t', jis0212);
print('cp1252_high', 'uint16_t', high1252);
pages('sjis', reverse(jis0208, (p) => p >= 8272 && p <= 8835));
pages('jis', reverse(jis0208, (p) => p >= 94 * 94));
pages('jis0212', reverse(jis0212, () => false));
process.stdout.write(lines.join('\n') + '\n');
