/**
 * The style of the page. Colours are chosen as pairs for light and dark with at least 4.5:1 for text; orange against blue
 * stays apart in every common colour blindness, and dash, marker and label say the same without any colour.
 */

/** Colours on a light ground, as custom properties. */
export const LIGHT: string = `
--page:#fff;--raised:#f6f7f9;--ink:#17212b;--muted:#556270;--hair:#dce1e6;--grid:#e8ebef;--axis:#9aa5b1;
--canary:#b4420a;--stable:#1b5cb8;--baseline:#6a45a8;--c1:#0b6e63;--c2:#8a3b8f;--c3:#6b5900;--c4:#3f5a73;
--bad:#b3261e;--good:#1a6b3c;--warn:#8a5a00;--zone:#b3261e14;--span:#8a5a001a;--hatch:#8a5a0066;--focus:#1b5cb8;--link:#1b5cb8;`;

/** The same on a dark ground. */
export const DARK: string = `
--page:#10161c;--raised:#182028;--ink:#e7ebef;--muted:#a0acb8;--hair:#2b353f;--grid:#222b34;--axis:#62707d;
--canary:#ff9d57;--stable:#7fb5ff;--baseline:#c3a8f7;--c1:#4fd0bf;--c2:#e39be6;--c3:#d9c24a;--c4:#a9bfd4;
--bad:#ff8f86;--good:#6fd39a;--warn:#f0bf5f;--zone:#ff8f861f;--span:#f0bf5f1a;--hatch:#f0bf5f59;--focus:#7fb5ff;--link:#8fbeff;`;

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,p,dl,dd,ol,ul,figure{margin:0;padding:0}
ol,ul{list-style:none}
.wrap{max-width:66rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
.skip{position:absolute;left:1rem;top:-6rem;z-index:2;padding:.6rem 1rem;background:var(--ink);color:var(--page);border-radius:0 0 6px 6px;font-weight:600}
.skip:focus{top:0}
:focus-visible{outline:3px solid var(--focus);outline-offset:3px;border-radius:4px}
main:focus{outline:none}
a{color:var(--link)}
h2{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;margin:3.25rem 0 .35rem}
h3{font-size:1rem;line-height:1.4;font-weight:650}
.muted,.subtitle{color:var(--muted)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.8125rem}
bdi{unicode-bidi:isolate}`;

const TOP = `
.top{padding-top:clamp(1.5rem,5vw,3rem)}
.overline{font-size:.8125rem;color:var(--muted)}
h1{font-size:clamp(1.05rem,2.6vw,1.25rem);line-height:1.35;font-weight:600;margin-top:.1rem}
.verdict{margin-top:1.4rem}
.badge{display:inline-flex;align-items:center;gap:.5rem;padding:.4rem .9rem .4rem .7rem;border-radius:6px;font-size:1.0625rem;line-height:1.4;font-weight:700;color:#fff;background:#46586a;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.badge svg{flex:none;fill:none;stroke:currentColor;stroke-width:2.25;stroke-linecap:round;stroke-linejoin:round}
.badge.rollback{background:#b3261e}.badge.escalate{background:#8f2a6b}.badge.hold{background:#855600}.badge.promote{background:#1a6b3c}
.sentence{font-size:clamp(1.3rem,3.6vw,1.9rem);line-height:1.28;font-weight:650;letter-spacing:-.015em;margin-top:.9rem;max-width:48rem;text-wrap:pretty}
.meaning{margin-top:.6rem;color:var(--muted);max-width:44rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr));gap:1.1rem 2rem;margin-top:2rem;padding-top:1.25rem;border-top:1px solid var(--hair)}
.facts>div{display:grid;grid-row:span 2;grid-template-rows:subgrid;gap:.1rem}
.facts dt{align-self:end;font-size:.8125rem;line-height:1.4;color:var(--muted)}
.facts dd{font-size:1.375rem;line-height:1.3;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums;text-wrap:balance}
.facts.small dd{font-size:.9375rem;line-height:1.45;font-weight:500;letter-spacing:0;text-wrap:wrap}
.facts.small dd small{display:block;font-size:.8125rem;color:var(--muted);font-weight:400}
.facts+.facts{margin-top:1.35rem}`;

const PLOTS = `
.moments{display:grid;gap:.45rem;margin:1.1rem 0 0;font-size:.9375rem}
.moments li{display:flex;gap:.65rem;align-items:baseline}
.moments .letter{flex:none;width:1.25rem;line-height:1.25rem;border-radius:4px;text-align:center;font-size:.75rem;font-weight:700;background:var(--muted);color:var(--page)}
.moments .crossing .letter{background:var(--bad)}
.moments b{font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.plot-figure{margin-top:2.1rem;break-inside:avoid}
figcaption{display:grid;gap:.1rem}
.subtitle{font-size:.875rem}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.25rem;font-size:.8125rem;margin-top:.3rem}
.legend li{display:flex;align-items:center;gap:.45rem}
.sample{flex:none;overflow:visible}
.sample-span{flex:none;width:30px;height:12px;border:1px solid var(--hatch);background:repeating-linear-gradient(135deg,var(--hatch) 0 1.5px,var(--span) 1.5px 5px)}
.plot-frame{margin-top:.5rem;padding:2px 0;border-radius:6px;overflow-x:clip;overflow-clip-margin:1rem}
.plot{display:block;margin-left:52px;width:calc(100% - 152px);overflow:visible;outline:none}
.plot-frame:has(.plot:focus-visible){outline:3px solid var(--focus);outline-offset:3px}
.plot text{font-size:12px;fill:var(--muted);font-variant-numeric:tabular-nums}
.plot .value-tick{text-anchor:end}
.plot .time-tick,.plot .empty{text-anchor:middle}
.grid,.base,.time-mark{stroke:var(--grid);stroke-width:1;shape-rendering:crispEdges}
.base,.time-mark{stroke:var(--axis)}
.line{fill:none;stroke:var(--muted);stroke-width:2;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.fill{stroke:none;opacity:.14}
.line.canary{stroke:var(--canary);stroke-width:2.25}.fill.canary{fill:var(--canary)}
.line.stable{stroke:var(--stable);stroke-dasharray:7 4;stroke-linecap:butt}
.line.baseline{stroke:var(--baseline);stroke-dasharray:2 4}
.line.median{stroke-width:1.25}
.line.total{stroke:var(--ink);stroke-width:2.5}
.line.criterion-1{stroke:var(--c1);stroke-width:1.75;stroke-dasharray:8 3 2 3;stroke-linecap:butt}
.line.criterion-2{stroke:var(--c2);stroke-width:1.75;stroke-dasharray:4 4;stroke-linecap:butt}
.line.criterion-3{stroke:var(--c3);stroke-width:1.75;stroke-dasharray:12 4;stroke-linecap:butt}
.line.criterion-4{stroke:var(--c4);stroke-width:1.75;stroke-dasharray:1.5 4}
.marker{stroke-width:1.75;fill:var(--page);stroke:var(--muted)}
.marker.canary{fill:var(--canary);stroke:var(--canary)}
.marker.stable{stroke:var(--stable)}.marker.baseline{stroke:var(--baseline)}
.marker.median{fill:var(--page);stroke-width:1.25}
.marker.total{fill:var(--ink);stroke:var(--ink)}
.marker.criterion-1{stroke:var(--c1)}.marker.criterion-2{stroke:var(--c2)}.marker.criterion-3{stroke:var(--c3)}.marker.criterion-4{stroke:var(--c4)}
.plot .series-label,.plot .value-note,.plot .threshold-label,.plot .callout-label,.plot .empty{paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round;font-weight:600}
.plot .callout-label{stroke-width:2px}
.plot .empty{font-size:14px;font-weight:400;stroke-width:10px}
.plot .series-label{fill:var(--ink)}
.plot .series-label.canary,.plot .value-note{fill:var(--canary)}.plot .series-label.stable{fill:var(--stable)}.plot .series-label.baseline{fill:var(--baseline)}
.plot .series-label.median{font-weight:400}
.plot .criterion-1{fill:var(--c1)}.plot .criterion-2{fill:var(--c2)}.plot .criterion-3{fill:var(--c3)}.plot .criterion-4{fill:var(--c4)}
.plot .line,.plot .marker.criterion-1,.plot .marker.criterion-2,.plot .marker.criterion-3,.plot .marker.criterion-4{fill:none}
.plot .marker[class*=criterion]{fill:var(--page)}
.zone{fill:var(--zone)}
.threshold{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:6 4}
.plot .threshold-label,.plot .callout-label{fill:var(--bad)}
.callout path{fill:var(--bad);stroke:var(--page);stroke-width:1.5}
.plot .callout-label.left{text-anchor:end}
.span{fill:var(--span)}.hatch{stroke:var(--hatch);stroke-width:1.5}
.moment{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3}
.moment.crossing{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:none}
.flag rect{fill:var(--muted)}.flag.crossing rect{fill:var(--bad)}
.plot .flag text{fill:var(--page);font-size:11px;font-weight:700;text-anchor:middle}`;

const TABLES = `
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--hair);vertical-align:top;font-weight:400}
thead th{font-size:.8125rem;color:var(--muted);font-weight:500}
details{margin-top:.35rem}
summary{cursor:pointer;font-size:.875rem;color:var(--link);width:fit-content;padding:.2rem .3rem .2rem 0}
summary .count{color:var(--muted)}
.scroll{max-height:22rem;overflow:auto;border:1px solid var(--hair);border-radius:6px;margin-top:.4rem}
.scroll table{font-size:.8125rem}
.scroll th,.scroll td{text-align:right;white-space:nowrap;padding:.25rem .8rem}
.scroll thead th{position:sticky;top:0;background:var(--raised)}
.scroll tbody th{color:var(--muted)}
.criteria{margin-top:.9rem}
.criteria tbody th{font-weight:600;width:22%}
.criteria small,.list small{display:block;font-size:.8125rem;line-height:1.45;color:var(--muted);font-weight:400}
.status{display:inline-block;font-weight:600}
.status::before{content:"";display:inline-block;width:.55rem;height:.55rem;margin-right:.45rem;border:2px solid currentColor;border-radius:50%}
.status.worse{color:var(--bad)}.status.worse::before{background:currentColor;border-radius:1px;transform:rotate(45deg)}
.status.non-inferior{color:var(--good)}.status.non-inferior::before{background:currentColor}
.status.no-data,.status.no-traffic,.status.source-failed,.status.too-few-samples{color:var(--warn)}
.status.no-data::before,.status.no-traffic::before,.status.source-failed::before,.status.too-few-samples::before{border-radius:1px}
.bar{display:block;height:6px;width:100%;min-width:6rem;max-width:11rem;margin:.45rem 0 .1rem;border-radius:3px;background:var(--grid);overflow:hidden}
.bar span{display:block;height:100%;background:var(--muted)}
.bar.worse span{background:var(--bad)}
.list{display:grid;gap:.6rem;margin-top:.9rem;max-width:48rem}
.list li{padding-left:1.1rem;position:relative}
.list li::before{content:"";position:absolute;left:0;top:.62em;width:.4rem;height:.4rem;border-radius:50%;background:var(--axis)}
.list.problems li::before{border-radius:1px;background:var(--warn)}
.identity{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.35rem 1.5rem;margin-top:.9rem;font-size:.9375rem}
.identity dt{color:var(--muted)}
pre{margin:.4rem 0 0;padding:1rem;max-height:32rem;overflow:auto;background:var(--raised);border:1px solid var(--hair);border-radius:6px;line-height:1.5;white-space:pre;overflow-wrap:normal}
footer{margin:3rem 0 2.5rem}`;

const NARROW = `
@media (max-width:44rem){
.plot{margin-left:46px;width:calc(100% - 132px)}
.plot text,.plot .flag text{font-size:11px}
.wide-only{display:none}
.facts{grid-template-columns:repeat(auto-fill,minmax(min(100%,9rem),1fr));gap:1rem 1.25rem}
.facts dd{font-size:1.1875rem}
.facts.small{grid-template-columns:1fr;gap:.5rem}
.facts.small>div{grid-template:none/6.25rem 1fr;grid-row:auto;align-items:baseline}
.facts.small dt{align-self:baseline}
.criteria,.criteria tbody,.criteria tr,.criteria th,.criteria td{display:block;width:auto}
.criteria thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.criteria tr{padding:.9rem 0;border-bottom:1px solid var(--hair)}
.criteria tbody th,.criteria td{border:0;padding:.15rem 0;width:auto}
.criteria td{display:grid;grid-template-columns:6.5rem 1fr}
.criteria td::before{content:attr(data-label);color:var(--muted);font-size:.8125rem;line-height:1.8}
.identity{grid-template-columns:1fr;gap:0}.identity dd{margin-bottom:.6rem}
}`;

const PRINT = `
@media print{
body{font-size:11pt}
.wrap{max-width:none;padding:0}
.skip,.numbers,.raw{display:none}
h2{break-after:avoid}
.criteria tr,.list li,.facts>div{break-inside:avoid}
}`;

/** The whole style sheet. */
export const PAGE_STYLE: string = [
  `:root{color-scheme:light dark;${LIGHT}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${DARK}}}`,
  BASE,
  TOP,
  PLOTS,
  TABLES,
  NARROW,
  PRINT,
]
  .join('\n')
  .replace(/\n+/g, '\n');
