// The pages as a clerk meets them: a real browser, the real programs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import http from 'node:http';
import { chromium } from 'playwright-core';
import { AxeBuilder } from '@axe-core/playwright';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pictures = join(root, 'out', 'screens');
const port = 18080;
const home = `http://localhost:${port}/`;
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
let daemon, browser;

// A PDF whose catalogue runs JavaScript when it is opened, under an obfuscated name.
const attack = (() => {
  const text = 'BT /F1 24 Tf 40 100 Td (Invoice 2026) Tj ET';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/J#61vaScript/JS(app.alert\\(1\\))>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>',
    `<</Length ${text.length}>>\nstream\n${text}\nendstream`,
  ];
  let out = '%PDF-1.7\n';
  const at = objects.map((o, i) => { const here = out.length; out += `${i + 1} 0 obj\n${o}\nendobj\n`; return here; });
  const xref = out.length;
  out += `xref\n0 5\n0000000000 65535 f \n${at.map(a => String(a).padStart(10, '0') + ' 00000 n \n').join('')}`;
  return Buffer.from(out + `trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`);
})();
const files = [
  { name: '請求書.pdf', mimeType: 'application/pdf', buffer: attack },
  { name: 'メモ.txt', mimeType: 'text/plain', buffer: Buffer.from('打ち合わせは十時から。\n') },
  { name: '写真.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('MZ\x90\x00\x03 not a picture') },
];

async function get(path, headers = {}) {
  return new Promise((resolve, reject) => http.get({ port, host: 'localhost', path, headers, agent: false }, r => {
    r.resume();
    r.on('end', () => resolve(r));
  }).on('error', reject));
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  daemon = spawn(join(root, 'build', 'bin', 'sekishod'), ['--port', String(port)], { stdio: 'inherit' });
  for (let i = 0; i < 100; i++) {
    try { await get('/'); break; } catch { await new Promise(r => setTimeout(r, 100)); }
  }
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--disable-component-update', '--no-first-run'] });
});
after(async () => {
  await browser?.close();
  daemon?.kill('SIGTERM');
});

async function hand_in(page) {
  await page.goto(home);
  await page.setInputFiles('#file', files);
  await page.click('button.btn');
  await page.waitForURL(/\/r\/[0-9a-f]{32}$/);
}

async function axe(page) {
  const r = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  assert.deepEqual(r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`), []);
}

for (const [name, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ['light', 'dark']) {
    test(`home and result are accessible: ${name}, ${colorScheme}`, async () => {
      const context = await browser.newContext({ viewport, colorScheme, locale: 'ja-JP' });
      const page = await context.newPage();
      await page.goto(home);
      await axe(page);
      await page.screenshot({ path: join(pictures, `home-${name}-${colorScheme}.png`), fullPage: true });
      await hand_in(page);
      await axe(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, 'nothing sticks out to the side');
      await page.screenshot({ path: join(pictures, `result-${name}-${colorScheme}.png`), fullPage: true });
      await context.close();
    });
  }
}

test('a clerk without JavaScript gets the file that the report tells of', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ja-JP', acceptDownloads: true });
  const page = await context.newPage();
  await hand_in(page);
  const section = page.locator('section.file', { hasText: '請求書.pdf' });
  assert.match(await section.innerText(), /無害化して受け取れます/);
  assert.match(await section.innerText(), /JavaScript/);
  const [download] = await Promise.all([page.waitForEvent('download'), section.locator('a.btn').click()]);
  assert.equal(download.suggestedFilename(), '請求書.pdf');
  const bytes = readFileSync(await download.path());
  assert.ok(!bytes.includes('JavaScript') && !bytes.includes('app.alert'));
  const hash = createHash('sha256').update(bytes).digest('hex');
  assert.ok((await section.locator('code').allInnerTexts()).join().includes(hash) ||
    (await section.innerHTML()).includes(hash), 'the page names the hash of what was taken');
  await context.close();
});

test('what is refused is said first, with its reason, and cannot be taken', async () => {
  const page = await browser.newPage({ locale: 'ja-JP' });
  await hand_in(page);
  const first = page.locator('section.file').first();
  assert.match(await first.innerText(), /写真\.jpg/);
  assert.match(await first.innerText(), /受け取れません/);
  assert.equal(await first.locator('a.btn').count(), 0);
  const r = await page.request.get(page.url() + '/2');
  assert.equal(r.status(), 404);
  await page.close();
});

test('English by a switch and by Accept-Language', async () => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(home);
  assert.match(await page.locator('h1').innerText(), /Disarm files/);
  await page.click('nav a');
  assert.match(await page.locator('h1').innerText(), /ファイルを無害化する/);
  await page.goto(home);
  assert.match(await page.locator('h1').innerText(), /ファイルを無害化する/, 'the choice is remembered');
  await context.close();
});

test('other sites, other names and unknown pages get nothing', async () => {
  assert.equal((await get('/', { host: 'evil.example' })).statusCode, 421);
  assert.equal((await get('/', { host: `127.0.0.1:${port}` })).statusCode, 307);
  assert.equal((await get('/r/' + '0'.repeat(32))).statusCode, 404);
  assert.equal((await get('/static/../main.c')).statusCode, 404);
  const page = await browser.newPage();
  for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    const r = await page.request.post(home, { headers, multipart: { file: files[1] } });
    assert.equal(r.status(), 403);
  }
  const none = await page.request.post(home, { multipart: { profile: 'rebuild' } });
  assert.equal(none.status(), 400);
  const r = await page.request.get(home);
  assert.match(r.headers()['content-security-policy'], /default-src 'none'/);
  await page.close();
});
