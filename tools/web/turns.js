// Rectangles of a picture that is shown turned clockwise by 0, 90, 180 or 270 degrees.

export const rectOf = ([left, top, right, bottom]) => [left, top, right - left, bottom - top];
export const boxOf = ([x, y, width, height]) => [x, y, x + width, y + height];
export const sizeTurned = ({ width, height }, turn) => (turn % 180 === 0 ? { width, height } : { width: height, height: width });

// Where [x, y, width, height] of a picture of this size lies after the turn.
export function turned([x, y, w, h], { width, height }, turn) {
  switch (turn % 360) {
    case 90: return [height - y - h, x, h, w];
    case 180: return [width - x - w, height - y - h, w, h];
    case 270: return [y, width - x - w, h, w];
    default: return [x, y, w, h];
  }
}
