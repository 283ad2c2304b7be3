// One document before and after: a city's notice that a browser printed, with attacks laid under it by an
// incremental update.  It must look the same, say the same, and hold nothing active; the picture of both is the README's.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const work = join(root, 'out', 'document');
const pictures = join(root, 'out', 'screens');
let browser;

const notice = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>住民説明会のお知らせ</title><style>
  @page { size: A5; margin: 14mm } body { font: 10.5pt/1.75 "Noto Serif CJK JP", serif; margin: 0; color: #111 }
  h1 { font-size: 15pt; text-align: center; letter-spacing: .12em; margin: 5mm 0 } .r { text-align: right }
  table { border-collapse: collapse; width: 100%; margin: 4mm 0 } td, th { border: .4pt solid #444; padding: 1.2mm 2.5mm; font-weight: normal; text-align: left }
  th { background: #eef3ee; width: 26% } .seal { float: right; width: 15mm; height: 15mm; border: 1.2pt solid #b00; border-radius: 50%; color: #b00; font-size: 8pt; text-align: center; line-height: 15mm }
  ruby rt { font-size: 50% }</style>
<p class="r">令和8年11月27日</p><p>町内会 各位</p><p class="r">北野市長　見本<span class="seal">北野市</span></p>
<h1>住民説明会のお知らせ</h1>
<p>　日頃より市政にご協力いただき、ありがとうございます。下記のとおり、<ruby>水道管<rt>すいどうかん</rt></ruby>の更新工事についての説明会を開きます。</p>
<table><tr><th>日時</th><td>12月10日（木）18時30分から</td></tr><tr><th>場所</th><td>市民会館 2階 第3会議室</td></tr>
<tr><th>対象</th><td>東3条から東5条までにお住まいの方</td></tr><tr><th>問い合わせ</th><td>水道課　☎ 0155-00-0000</td></tr></table>
<p>　詳しくは <a href="https://www.example.jp/water">市のホームページ</a> をご覧ください。</p></html>`;

/* What an attacker appends: a catalogue that runs a script and a program, and carries a file. */
function armed(pdf) {
  const text = pdf.toString('latin1');
  const rootNumber = Number(/\/Root (\d+) 0 R/.exec(text)[1]);
  const size = Number(/\/Size (\d+)/.exec(text)[1]);
  const previous = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)[1]);
  const catalogue = new RegExp(`\\n${rootNumber} 0 obj\\s*<<([\\s\\S]*?)>>\\s*endobj`).exec(text)[1];
  const objects = [
    [rootNumber, `<<${catalogue}/OpenAction ${size} 0 R/AA<</WC<</S/JavaScript/JS(app.alert\\(2\\))>>>>/Names<</EmbeddedFiles<</Names[(update.exe) ${size + 1} 0 R]>>>>>>`],
    [size, '<</S/J#61vaScript/JS(this.exportDataObject\\({cName:"update.exe",nLaunch:2}\\))/Next<</S/Launch/F(cmd.exe)>>>>'],
    [size + 1, `<</Type/Filespec/F(update.exe)/EF<</F ${size + 2} 0 R>>>>`],
    [size + 2, '<</Type/EmbeddedFile/Length 8>>\nstream\nMZ\x90\x00\x03\x00\x00\x00\nendstream'],
  ];
  let add = '', rows = '';
  for (const [n, body] of objects) {
    rows += `${n} 1\n${String(pdf.length + add.length).padStart(10, '0')} 00000 n \n`;
    add += `${n} 0 obj\n${body}\nendobj\n`;
  }
  const xref = pdf.length + add.length;
  return Buffer.concat([pdf, Buffer.from(`${add}xref\n${rows}trailer\n<</Size ${size + 3}/Root ${rootNumber} 0 R/Prev ${previous}>>\nstartxref\n${xref}\n%%EOF\n`, 'latin1')]);
}

before(async () => {
  mkdirSync(work, { recursive: true });
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--disable-component-update', '--no-first-run'] });
});
after(() => browser?.close());

test('a notice with attacks under it comes out looking and reading the same', async () => {
  const page = await browser.newPage();
  await page.setContent(notice);
  writeFileSync(join(work, 'before.pdf'), armed(await page.pdf({ preferCSSPageSize: true, printBackground: true })));
  const p = spawnSync(join(root, 'build', 'bin', 'sekisho'), ['sanitize', '-q', '--json', '-', join(work, 'before.pdf'), '-o', join(work, 'after.pdf')], { encoding: 'utf8' });
  const report = JSON.parse(p.stdout.trim());
  assert.equal(report.verdict, 'disarmed');
  const codes = report.findings.map(f => f.code);
  for (const code of ['PDF_JAVASCRIPT', 'PDF_LAUNCH', 'PDF_ATTACHMENT', 'PDF_REVISIONS'])
    assert.ok(codes.includes(code), `${code} in ${codes}`);
  const plain = execFileSync('qpdf', ['--qdf', '--object-streams=disable', join(work, 'after.pdf'), '-'], { maxBuffer: 1 << 28 }).toString('latin1');
  assert.doesNotMatch(plain, /JavaScript|Launch|EmbeddedFile|cmd\.exe|\/AA[\s<]/);
  for (const side of ['before', 'after'])
    execFileSync('pdftoppm', ['-r', '144', '-png', '-singlefile', join(work, `${side}.pdf`), join(work, side)]);
  const words = side => execFileSync('pdftotext', [join(work, `${side}.pdf`), '-'], { encoding: 'utf8' });
  assert.match(words('after'), /住民説明会のお知らせ/);
  assert.equal(words('after'), words('before'));
  const same = await page.evaluate(async ([a, b]) => {
    const draw = async src => {
      const i = new Image();
      i.src = src;
      await i.decode();
      const c = new OffscreenCanvas(i.width, i.height).getContext('2d');
      c.drawImage(i, 0, 0);
      return c.getImageData(0, 0, i.width, i.height);
    };
    const [x, y] = [await draw(a), await draw(b)];
    if (x.width !== y.width || x.height !== y.height) return 1;
    let far = 0;
    for (let k = 0; k < x.data.length; k++) far += Math.abs(x.data[k] - y.data[k]) > 48;
    return far / x.data.length;
  }, ['before', 'after'].map(side => 'data:image/png;base64,' + readFileSync(join(work, side + '.png')).toString('base64')));
  assert.ok(same < 0.002, `${same} of all samples differ`);

  const row = f => `<tr><td><b class="${f.action}">${{ removed: '除去', rebuilt: '作り直し', noted: 'お知らせ', refused: '不可' }[f.action] ?? f.action}</b></td><td>${f.text}${f.detail && f.detail !== '1' ? `<br><i>${f.detail}</i>` : ''}</td><td><code>${f.clause}</code></td></tr>`;
  const png = side => `data:image/png;base64,${readFileSync(join(work, side + '.png')).toString('base64')}`;
  await page.setViewportSize({ width: 1280, height: 600 });
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>
    body { font: 15px/1.6 "Noto Sans CJK JP", sans-serif; margin: 0; padding: 24px; display: grid; grid-template-columns: 360px 360px 1fr; gap: 24px; color: #1a1a1a; background: #fff; width: 1232px }
    h2 { font-size: 15px; margin: 0 0 8px } h2 small { font-weight: normal; color: #4d4d4d } img { width: 100%; border: 1px solid #b3b3b3; display: block }
    table { border-collapse: collapse; width: 100% } td { border-bottom: 1px solid #e6e6e6; padding: 7px 6px; vertical-align: top } code { font-size: 11px; color: #4d4d4d }
    i { font: 12px monospace; color: #4d4d4d } td:last-child { white-space: nowrap } b { font-weight: 600; font-size: 13px; white-space: nowrap } .removed { color: #ce0000 } .rebuilt { color: #6e5600 } .noted { color: #595959 } p { font-size: 13px; color: #4d4d4d; margin: 12px 0 0 }</style>
    <section><h2>渡す前 <small>スクリプトと実行ファイルを隠した PDF</small></h2><img src="${png('before')}"></section>
    <section><h2>渡した後 <small>作り直した PDF</small></h2><img src="${png('after')}"></section>
    <section><h2>記録 <small>何を、なぜ</small></h2><table>${report.findings.map(row).join('')}</table>
    <p>${report.size_in.toLocaleString()} → ${report.size_out.toLocaleString()} バイト</p></section>`);
  await page.screenshot({ path: join(pictures, 'before-after.png'), fullPage: true });
  await page.close();
});
