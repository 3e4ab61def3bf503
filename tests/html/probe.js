// SPDX-License-Identifier: GPL-2.0-only
// What a browser made of a report: a line for each fault, and "seen WIDTH" at the end.
addEventListener('load', () => {
	const root = document.documentElement, said = [];
	const name = e => `${e.tagName.toLowerCase()}${e.className ? '.' + e.className : ''}`;

	if (root.scrollWidth > innerWidth)
		said.push(`fault: ${root.scrollWidth} wide at ${innerWidth}`);
	for (const e of document.querySelectorAll('body *')) {
		if (e.closest('.wide') && !e.matches('.wide'))
			continue;
		if (e.getBoundingClientRect().right > innerWidth + 0.5)
			said.push(`fault: ${name(e)} reaches beyond ${innerWidth}`);
		if (!e.matches('.wide') && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display === 'block')
			said.push(`fault: ${name(e)} is too narrow for what it holds at ${innerWidth}`);
	}
	for (const image of document.images)
		if (!image.complete || !image.naturalWidth)
			said.push(`fault: no image: ${image.alt}`);
	for (const entry of performance.getEntriesByType('resource'))
		if (!entry.name.startsWith('data:'))
			said.push(`fault: loaded ${entry.name}`);
	if (document.images.length === 0)
		said.push('no images');
	said.push(`seen ${innerWidth}`);
	parent.postMessage(said, '*');
});
