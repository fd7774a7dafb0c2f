// Hands on a picture: mouse, fingers, wheel and keys move and zoom it.

// `viewer`: element, left, top, scale, zoom(by, x, y), fit(), draw(), and onpress, which has the next press for itself.
export function listen(viewer) {
  const box = viewer.element;
  let held = null;
  const fingers = new Map(); // two of them: the picture grows and shrinks between them
  const apart = () => {
    const [[ax, ay], [bx, by]] = [...fingers.values()];
    return { far: Math.hypot(ax - bx, ay - by), x: (ax + bx) / 2, y: (ay + by) / 2 };
  };
  const hold = (id) => {
    box.setPointerCapture(id);
    box.classList.add("held");
  };
  box.addEventListener("pointerdown", (event) => {
    if (viewer.onpress) {
      event.preventDefault();
      return viewer.onpress(event);
    }
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    held = [event.clientX, event.clientY];
    // On a region it may be a click: only when it moves does it belong to the picture.
    if (!event.target.closest("button") || fingers.size > 1) for (const id of fingers.keys()) hold(id);
  });
  box.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId) && !box.hasPointerCapture(event.pointerId)) {
      const [x, y] = fingers.get(event.pointerId);
      if (Math.hypot(event.clientX - x, event.clientY - y) < 5) return;
      hold(event.pointerId);
    }
    if (fingers.size === 2 && fingers.has(event.pointerId)) {
      const before = apart();
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      const now = apart();
      const edge = box.getBoundingClientRect();
      viewer.left -= (now.x - before.x) / viewer.scale;
      viewer.top -= (now.y - before.y) / viewer.scale;
      return viewer.zoom(now.far / Math.max(1, before.far), now.x - edge.left, now.y - edge.top);
    }
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (!held) return void fingers.delete(event.pointerId);
    viewer.left -= (event.clientX - held[0]) / viewer.scale;
    viewer.top -= (event.clientY - held[1]) / viewer.scale;
    held = [event.clientX, event.clientY];
    viewer.draw();
  });
  const release = (event) => {
    fingers.delete(event.pointerId);
    held = [...fingers.values()][0] ?? null; // the finger that stays goes on
    if (!held) box.classList.remove("held");
  };
  box.addEventListener("pointerup", release);
  box.addEventListener("pointercancel", release);
  box.addEventListener("pointerleave", (event) => { if (!box.hasPointerCapture(event.pointerId)) release(event); });
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const at = box.getBoundingClientRect();
    viewer.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });
  box.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[event.key];
    if (move) {
      viewer.left += move[0] / viewer.scale;
      viewer.top += move[1] / viewer.scale;
      viewer.draw();
    } else if (event.key === "+" || event.key === "=") viewer.zoom(1.4);
    else if (event.key === "-") viewer.zoom(1 / 1.4);
    else if (event.key === "0") viewer.fit();
    else return;
    event.preventDefault();
  });
}
