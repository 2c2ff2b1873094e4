// The Serverless Framework loads plugins by require(); ours is TypeScript like the rest.
require('tsx/cjs/api').register();
module.exports = require('./refinery-plugin.ts').RefineryPlugin;
