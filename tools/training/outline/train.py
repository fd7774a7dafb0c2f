"""Trains the outline network on drawn scenes; may be stopped and run again at any time.

    python train.py --pages FOLDER --real FOLDER --out FOLDER [--scenes 200000] [--minutes M]

--pages: pictures of pages (`tools/volumes` draws them), --real: any pictures without pages. State goes to OUT/state.pt, averaged weights to
OUT/weights.pt, a line a report to OUT/curve.tsv. Seeds: 20265 for the weights, 91 + worker for scenes, 4243 for validation."""
import argparse
import math
import random
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import multiprocessing as mp
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent))
import network  # noqa: E402
import scenes  # noqa: E402

BATCH, HELD = 16, 1500  # scenes; how many of each shape are kept to be seen again, turned over


def pictures(folder, longest):
    found = []
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix.lower() in (".png", ".jpg", ".jpeg") and (picture := cv2.imread(str(path))) is not None:
            scale = min(1, longest / max(picture.shape[:2]))
            found.append(cv2.cvtColor(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB))
    return found


def produce(pages, real, seed, queue):
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    source = scenes.Scenes(pictures(pages, 420), pictures(real, 800), seed)
    while True:
        shape = scenes.SHAPES[source.rng.choice(len(scenes.SHAPES), p=(0.4, 0.25, 0.1, 0.15, 0.1))]
        batch = [source.one(shape) for _ in range(BATCH)]
        queue.put((torch.from_numpy(np.stack([p for p, _ in batch])), torch.from_numpy(np.uint8(np.stack([m for _, m in batch]) * 255))))


def ready(pictures, papers):
    x = (pictures.permute(0, 3, 1, 2).float() - 128) / 127.5
    return x.contiguous(memory_format=torch.channels_last), papers.float()[:, None] / 255


def loss_of(logits, paper):
    """Every pixel, those near the edge four times; and the overlap of the whole."""
    near = F.max_pool2d(paper, 7, 1, 3) - (1 - F.max_pool2d(1 - paper, 7, 1, 3))
    weight = 1 + 3 * near
    each = (F.binary_cross_entropy_with_logits(logits, paper, reduction="none") * weight).mean((1, 2, 3)) / weight.mean((1, 2, 3))
    p = torch.sigmoid(logits)
    both, all_of = (p * paper).sum((1, 2, 3)), (p + paper).sum((1, 2, 3))
    return (each + 0.5 * (1 - (2 * both + 1) / (all_of + 1))).mean()


def overlap(net, held):
    """Share of held scenes whose paper is met by more than 0.97 of both, and the mean."""
    met = []
    net.eval()
    with torch.no_grad():
        for batch in held:
            x, paper = ready(*batch)
            p, t = torch.sigmoid(net(x)) > 0.5, paper > 0.5
            both, either = (p & t).sum((1, 2, 3)).float(), (p | t).sum((1, 2, 3)).float()
            met += ((both + 1) / (either + 1)).tolist()
    return sum(m > 0.97 for m in met) / len(met), sum(met) / len(met)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", required=True)
    parser.add_argument("--real", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=200_000, help="learned from in all")
    parser.add_argument("--minutes", type=float, default=1e9, help="the rate falls to nothing by then, if the scenes do not end before")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--producers", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(20265)
    torch.set_num_threads(1)
    pages, real = pictures(options.pages, 420), pictures(options.real, 800)
    net = network.Outline().to(memory_format=torch.channels_last)
    mean = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True)
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.01)
    seen, round_ = 0, 0
    if (options.out / "state.pt").exists():
        state = torch.load(options.out / "state.pt", weights_only=False)
        net.load_state_dict(state["net"]), mean.load_state_dict(state["mean"]), optimizer.load_state_dict(state["optimizer"])
        seen, round_ = state["seen"], state["round"] + 1
    print(f"{sum(p.numel() for p in net.parameters())} parameters, {len(pages)} pages, {len(real)} pictures, {seen} scenes seen", flush=True)
    start_anew = mp.get_context("spawn")  # threads of both libraries do not live on in a fork
    queue = start_anew.Queue(6)
    for worker in range(options.producers):
        start_anew.Process(target=produce, args=(options.pages, options.real, 91 + worker + 1000 * round_, queue), daemon=True).start()
    held_source = scenes.Scenes(pages, real, 4243)
    held = []
    for i in range(16):
        batch = [held_source.one(scenes.SHAPES[i % len(scenes.SHAPES)]) for _ in range(BATCH)]
        held.append((torch.from_numpy(np.stack([p for p, _ in batch])), torch.from_numpy(np.uint8(np.stack([m for _, m in batch]) * 255))))
    kept, start, reported, total, steps = {}, time.time(), time.time(), 0.0, 0
    order = random.Random(20265 + round_)
    first = seen
    while seen < options.scenes and time.time() - start < options.minutes * 60:
        fresh = None
        if queue.qsize() > 0 or not kept or max(len(v) for v in kept.values()) < 8:
            fresh = queue.get()
            shape = tuple(fresh[0].shape[1:3])
            pool = kept.setdefault(shape, [])
            if len(pool) * BATCH >= HELD:
                pool[order.randrange(len(pool))] = fresh
            else:
                pool.append(fresh)
            batch = fresh
        else:
            pool = order.choices(list(kept.values()), [len(v) for v in kept.values()])[0]
            drawn = [order.choice(pool) for _ in range(4)]  # scenes of four batches, in new company
            parts = [torch.randperm(BATCH)[: BATCH // 4] for _ in drawn]
            batch = (torch.cat([b[0][i] for b, i in zip(drawn, parts)]), torch.cat([b[1][i] for b, i in zip(drawn, parts)]))
            for axis in (1, 2):
                if order.random() < 0.5:
                    batch = (batch[0].flip(axis), batch[1].flip(axis))
        done = max((seen - first) / max(1, options.scenes - first), (time.time() - start) / 60 / options.minutes)
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, (seen + BATCH) / 3000) * (0.5 + 0.5 * math.cos(math.pi * min(1, done)))
        net.train()
        x, paper = ready(*batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(x)
        loss = loss_of(logits.float(), paper)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        mean.update_parameters(net)
        seen, total, steps = seen + BATCH, total + loss.item(), steps + 1
        if time.time() - reported > 120:
            report(options.out, net, mean, optimizer, held, seen, round_, total / steps, start)
            reported, total, steps = time.time(), 0.0, 0
    report(options.out, net, mean, optimizer, held, seen, round_, total / max(1, steps), start)


def report(out, net, mean, optimizer, held, seen, round_, loss, start):
    share, average = overlap(mean.module, held)
    line = f"{seen}\t{loss:.4f}\t{share:.3f}\t{average:.4f}\t{(time.time() - start) / 60:.1f}"
    print(line, flush=True)
    with open(out / "curve.tsv", "a", encoding="utf-8") as file:
        file.write(line + "\n")
    torch.save({"net": net.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict(), "seen": seen, "round": round_}, out / "state.new")
    (out / "state.new").replace(out / "state.pt")
    torch.save(mean.module.state_dict(), out / "weights.pt")


if __name__ == "__main__":
    main()
