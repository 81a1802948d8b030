// Relative addresses: the folder can lie anywhere on a server.
export default { base: './', worker: { format: 'es' } };
