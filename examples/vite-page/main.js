const says = document.getElementById('says');
const worker = new Worker(new URL('./trainer.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  says.textContent = data;
};
document.getElementById('stop').onclick = () => worker.postMessage('stop');
