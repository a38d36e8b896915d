// A service that asks another one for each request.
const http = require('node:http');
const { listening, served } = require('./report.cjs');

const agent = new http.Agent({ keepAlive: true });
const options = { port: Number(process.env.BENCH_BACKEND_PORT), host: '127.0.0.1', path: '/stock', agent };
const server = http.createServer((_request, response) => {
  served();
  http.get(options, (answer) => answer.resume().on('end', () => response.end('{"items":[1,2,3]}')));
});
server.listen(0, '127.0.0.1', () => listening(server.address().port));
