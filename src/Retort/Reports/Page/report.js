// Puts the page together.

createDetails();
createTiles();
createThresholds();
createConfusion();
createHistogram();
createKinds();
createMetrics();
createCurves();
createDetail();
createGallery();
followColors();

// Milliseconds from the begin of opening: until the figures stood, and until all pictures were read.
document.documentElement.dataset.ready = Math.round(performance.now());
addEventListener('load', () => { document.documentElement.dataset.read = Math.round(performance.now()); });
