// The smallest service: everything that telemetry costs shows.
const http = require('node:http');
const { listening, served } = require('./report.cjs');

const server = http.createServer((_request, response) => {
  served();
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ items: [1, 2, 3], total: 42 }));
});
server.listen(0, '127.0.0.1', () => listening(server.address().port));
