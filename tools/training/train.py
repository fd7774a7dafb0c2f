"""Trains the line recogniser in steps that can be stopped and resumed at any time.

    python train.py --fonts FOLDER --out FOLDER [--start ppocrv6_tiny_rec.onnx] [--samples 900000] [--pause FILE]

State goes to OUT/<configuration>/state.pt every few minutes, the averaged weights to OUT/<configuration>/weights.pt, a line a report to
curve.tsv. While the file given by --pause exists the trainer sleeps. Seeds: 20261 for weights and order, 77 + worker for the lines
drawn, 4242 for the validation lines, which are drawn with fonts never trained on.
"""
import argparse
import math
import os
import sys
import time
from pathlib import Path

import torch
from torch import multiprocessing as mp
from torch.nn import functional as F

import lines
import network

BATCH_COLUMNS = 24 * 320
WIDTHS = (96, 160, 224, 288, 352, 448, 576, 768, 1024)


def produce(fonts, seed, queue):
    """Batches of one of a few shapes, because oneDNN prepares its kernels anew for each shape."""
    torch.set_num_threads(1)
    source = lines.Lines(fonts, seed)
    waiting = {width: [] for width in WIDTHS}
    while True:
        sample = source.one()
        width = next(w for w in WIDTHS if w >= sample[0].shape[1])
        waiting[width].append(sample)
        if len(waiting[width]) * width >= BATCH_COLUMNS:
            queue.put(collate(waiting[width], width))
            waiting[width] = []


def collate(batch, width):
    pictures = torch.ones(len(batch), 1, 48, width, dtype=torch.float16)
    for i, (picture, _) in enumerate(batch):
        pictures[i, 0, :, : picture.shape[1]] = torch.from_numpy(picture)
    columns = torch.full((len(batch),), width // 4)
    codes = [network.encode(t) for _, t in batch]
    return pictures, columns, torch.tensor(sum(codes, [])), torch.tensor([len(c) for c in codes])


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


def error_rate(net, samples):
    """Case-insensitive character error rate, one line at a time in batches of like width."""
    net.eval()
    wrong = total = 0
    with torch.no_grad():
        ordered = sorted(samples, key=lambda s: s[0].shape[1])
        for i in range(0, len(ordered), 16):
            part = ordered[i : i + 16]
            pictures = collate(part, next(w for w in WIDTHS if w >= part[-1][0].shape[1]))[0].float()
            for (_, text), read in zip(part, network.greedy(net(pictures))):
                wrong += min(len(text), distance(text.lower(), " ".join(read.lower().split())))
                total += len(text)
    net.train()
    return wrong / total


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("--fonts", required=True)
    parse.add_argument("--out", required=True)
    parse.add_argument("--start")
    parse.add_argument("--samples", type=int, default=900000)
    parse.add_argument("--begin", help="weights.pt of an earlier run to go on from, with a fresh optimiser")
    parse.add_argument("--fixed", type=int, default=9, help="blocks of the two-dimensional part that stay as they were taken over: they have seen real paper")
    parse.add_argument("--rate", type=float, default=2e-3)
    parse.add_argument("--name", default="dw48-192x5")
    parse.add_argument("--pause")
    parse.add_argument("--until", type=float, help="seconds since the epoch: the learning rate reaches its end then, and training stops")
    parse.add_argument("--threads", type=int, default=1)
    args = parse.parse_args()
    if os.environ.get("OMP_WAIT_POLICY") != "PASSIVE":  # threads that wait in a loop eat a shared machine
        os.environ.update(OMP_WAIT_POLICY="PASSIVE", KMP_BLOCKTIME="0", ONEDNN_PRIMITIVE_CACHE_CAPACITY="4096")
        os.execv(sys.executable, [sys.executable, *sys.argv])
    torch.manual_seed(20261)
    torch.set_num_threads(args.threads)
    home = Path(args.out) / args.name
    home.mkdir(parents=True, exist_ok=True)
    net = network.Recogniser()
    if args.start:
        print("layers taken over:", network.start_from(net, args.start), flush=True)
    if args.begin:
        net.load_state_dict(torch.load(args.begin)["weights"])
    fresh = [p for n, p in net.named_parameters() if n.split(".")[0] in ("rows", "norm", "along", "letters")]
    taken = [p for n, p in net.named_parameters() if n.split(".")[0] in ("stem1", "stem2", "body")]
    optimiser = torch.optim.AdamW([{"params": fresh, "scale": 1.0}, {"params": taken, "scale": 0.1 if args.start or args.begin else 1.0}], lr=args.rate, weight_decay=0.02)
    net = net.to(memory_format=torch.channels_last)
    average = {k: v.clone() for k, v in net.state_dict().items()}
    seen = step = 0
    began = time.time()
    state = home / "state.pt"
    if state.exists():
        saved = torch.load(state)
        net.load_state_dict(saved["net"])
        optimiser.load_state_dict(saved["optimiser"])
        average, seen, step, began = saved["average"], saved["seen"], saved["step"], saved["began"]
    print("parameters:", sum(p.numel() for p in net.parameters()), "seen:", seen, flush=True)
    validation = lines.Lines(args.fonts, 4242, held_out=True)
    validation = [validation.one() for _ in range(400)]
    context = mp.get_context("spawn")
    queue = context.Queue(24)
    producer = context.Process(target=produce, args=(args.fonts, 77 + seen % 100003, queue), daemon=True)
    producer.start()
    net.train()
    started, from_seen, loss_sum, loss_count, reported, saved_at = time.time(), seen, 0.0, 0, seen, time.time()
    progress = 0.0
    while progress < 1.0:
        while args.pause and os.path.exists(args.pause):
            time.sleep(2)
        pictures, columns, codes, lengths = queue.get()
        progress = seen / args.samples
        if args.until:
            progress = min(1.0, max(progress, (time.time() - began) / (args.until - began)))
        warm = min(1.0, (step + 1) / 300)
        rate = args.rate * warm * (0.98 * 0.5 * (1 + math.cos(math.pi * progress)) + 0.02)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(pictures.float().contiguous(memory_format=torch.channels_last), fixed=args.fixed if args.start or args.begin else 0)
        logp = F.log_softmax(logits[:, :, 0].float().permute(2, 0, 1), dim=-1)
        loss = F.ctc_loss(logp, codes, columns, lengths, blank=network.BLANK, reduction="none", zero_infinity=True)
        loss = (loss / lengths.clamp(min=3)).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        seen += len(lengths)
        step += 1
        decay = min(0.9985, (step + 1) / (step + 20))
        with torch.no_grad():
            for k, v in net.state_dict().items():
                if v.dtype.is_floating_point:
                    average[k].lerp_(v, 1 - decay)
                else:
                    average[k].copy_(v)
        loss_sum, loss_count = loss_sum + loss.item(), loss_count + 1
        if seen - reported >= 10000 or progress >= 1.0:
            keep = {k: v.clone() for k, v in net.state_dict().items()}
            net.load_state_dict(average)
            cer = error_rate(net, validation)
            torch.save({"weights": average, "seen": seen, "cer": cer}, home / "weights.tmp")
            os.replace(home / "weights.tmp", home / "weights.pt")
            net.load_state_dict(keep)
            speed = (seen - from_seen) / (time.time() - started)
            row = f"{seen}\t{loss_sum / loss_count:.4f}\t{100 * cer:.2f}\t{speed:.1f}"
            print(time.strftime("%H:%M:%S"), row, flush=True)
            with open(home / "curve.tsv", "a") as out:
                out.write(row + "\n")
            loss_sum, loss_count, reported = 0.0, 0, seen
        if time.time() - saved_at > 180 or progress >= 1.0:
            torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "average": average, "seen": seen, "step": step, "began": began}, home / "state.tmp")
            os.replace(home / "state.tmp", state)
            saved_at = time.time()
    producer.terminate()


if __name__ == "__main__":
    main()
