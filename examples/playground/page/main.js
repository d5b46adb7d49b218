import * as read from "./read.js";
import * as learn from "./learn.js";

const failed = (error) => {
  const shown = document.getElementById("error");
  shown.textContent = error.message;
  shown.hidden = false;
  throw error;
};
// Each part works without the other.
await Promise.all([read.start().catch(failed), learn.start().catch(failed)]);
document.documentElement.dataset.ready = "yes";
