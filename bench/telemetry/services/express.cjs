const express = require('express');
const { listening, served } = require('./report.cjs');

const app = express();
app.use(express.json());
app.get('/orders/:id', (request, response) => {
  served();
  response.json({ id: request.params.id, items: [1, 2, 3] });
});
const server = app.listen(0, '127.0.0.1', () => listening(server.address().port));
