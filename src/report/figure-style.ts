/** What the pages of replays and plans add to the common style sheet: tables of figures, comparisons, lines of deployments. */
export const FIGURE_STYLE: string = `
.policies{display:grid;gap:.35rem;margin-top:1.1rem;font-size:1.0625rem;font-weight:500;text-wrap:pretty}
.wide+.subtitle{margin-top:.6rem}
.wide{overflow-x:auto;margin-top:.9rem}
.figures th,.figures td{white-space:nowrap}
.figures td.words{white-space:normal;min-width:9rem}
.figures td{text-align:right;padding:.45rem 0 .45rem 1.5rem}
.figures thead th{text-align:right;padding:.45rem 0 .45rem 1.5rem;white-space:normal;min-width:6.25rem;vertical-align:bottom;color:var(--ink);font-weight:600}
.figures thead th:first-child{text-align:left;padding-left:0}
.figures tbody th{color:var(--muted);padding-right:1rem}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1.25rem 2.5rem;margin-top:.9rem}
.pairs ul{margin-top:.3rem;gap:.2rem;font-size:.9375rem}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.5rem;font-size:.8125rem}
.key li{display:flex;align-items:center;gap:.45rem}
.key svg{flex:none;overflow:visible}
.group{margin:2.25rem 0 0}
.group .count{color:var(--muted);font-weight:400}
.deployment{margin-top:1.1rem;padding-top:.9rem;border-top:1px solid var(--hair);break-inside:avoid}
.deployment h4{margin:0;font-size:.9375rem;font-weight:600}
.deployment .note{font-size:.8125rem;color:var(--muted)}
.said{display:grid;grid-template-columns:minmax(6rem,11rem) minmax(10rem,1fr) minmax(9rem,18rem);gap:.3rem 1rem;margin-top:.5rem;align-items:center;font-size:.8125rem;line-height:1.4}
.said>li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;align-items:center}
.said .name{font-weight:500}
.said .outcome b{font-weight:600}
.said .false-rollback b,.said .missed b{color:var(--bad)}.said .early b,.said .unlabelled-rollback b{color:var(--warn)}.said .caught b{color:var(--good)}
.timeline{display:block;width:100%;height:20px;overflow:visible}
.times{position:relative;height:1rem;font-size:.75rem;color:var(--muted);grid-column:2}
.times span{position:absolute;top:0;white-space:nowrap}
.times .middle{transform:translateX(-50%)}.times .last{transform:translateX(-100%)}
.track{stroke:var(--axis);stroke-width:1}
.piece.continue{fill:var(--axis);opacity:.45}
.piece.hold{fill:var(--span)}
.piece-edge{fill:none;stroke:var(--hatch);stroke-width:1}
.bad-from{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:3 2}
.end path{stroke:var(--page);stroke-width:1.25}
.end.rollback path{fill:var(--bad)}.end.escalate path{fill:var(--c2)}.end.promote path{fill:var(--good)}
details.why{margin-top:.25rem}
details.why summary{font-size:.8125rem}
.why dl{display:grid;grid-template-columns:minmax(6rem,11rem) 1fr;gap:.2rem 1rem;font-size:.8125rem;margin-top:.2rem}
.why dt{color:var(--muted)}
@media (max-width:44rem){
.said{grid-template-columns:1fr;gap:.6rem}
.said>li{grid-template-columns:1fr;gap:.1rem}
.said .times{grid-column:1}
.why dl{grid-template-columns:1fr;gap:0}.why dd{margin-bottom:.4rem}
.figures,.figures tbody,.figures tr,.figures tbody th,.figures td{display:block}
.figures thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.figures tr{padding:.5rem 0;border-bottom:1px solid var(--hair)}
.figures tbody th,.figures td{border:0;padding:.1rem 0;white-space:normal}
.figures tbody th{color:var(--ink);font-weight:600}
.figures td{display:flex;justify-content:space-between;gap:1rem}
.figures td::before{content:attr(data-label);color:var(--muted);text-align:left}
}
@media print{details.why{display:none}.wide{overflow:visible}}`;
