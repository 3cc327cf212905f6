namespace LlmOperator.Models.Memory.Graphs;

/// <summary>
/// The engine's way to lay results into blocks of limited size (ggml-alloc.c, <c>ggml_dyn_tallocr</c>): the smallest
/// hole that is large enough; else the open end of the block that grows least; else a new block, which is larger than
/// the limit only for a result that is.
/// </summary>
internal sealed class BlockAllocator(long blockBytes)
{
    // Results are aligned to this many bytes.
    private const long Alignment = 64;

    private readonly List<Block> _blocks = [];

    /// <summary>The most that each block ever held, in all.</summary>
    public long TotalBytes => _blocks.Sum(block => block.Most);

    public BlockAddress Allocate(long bytes)
    {
        long size = Aligned(bytes);
        (int block, int hole) = SmallestHole(size) ?? OpenEnd(size) ?? NewBlock(size);
        return new BlockAddress(block, _blocks[block].Take(hole, size));
    }

    public void Free(BlockAddress address, long bytes) =>
        _blocks[address.Block].Release(address.Offset, Aligned(bytes));

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private (int Block, int Hole)? SmallestHole(long size)
    {
        (int, int)? best = null;
        for (int index = 0; index < _blocks.Count; index++)
        {
            // The engine compares within a block; a later block that has a hole at all is taken.
            long smallest = long.MaxValue;
            IReadOnlyList<Hole> holes = _blocks[index].Holes;
            for (int hole = 0; hole < holes.Count - 1; hole++)
            {
                if (holes[hole].Size >= size && holes[hole].Size <= smallest)
                {
                    best = (index, hole);
                    smallest = holes[hole].Size;
                }
            }
        }

        return best;
    }

    private (int Block, int Hole)? OpenEnd(long size)
    {
        (int, int)? best = null;
        long bestSpare = long.MinValue;
        for (int index = 0; index < _blocks.Count; index++)
        {
            IReadOnlyList<Hole> holes = _blocks[index].Holes;
            if (holes.Count == 0 || holes[^1].Size < size)
            {
                continue;
            }

            // Negative: the block grows by so much. Otherwise: so much stays unused.
            long spare = _blocks[index].Most - holes[^1].Offset - size;
            if ((bestSpare < 0 && spare > bestSpare) || (spare >= 0 && spare < bestSpare))
            {
                best = (index, holes.Count - 1);
                bestSpare = spare;
            }
        }

        return best;
    }

    private (int Block, int Hole) NewBlock(long size)
    {
        _blocks.Add(new Block(Math.Max(size, blockBytes)));
        return (_blocks.Count - 1, 0);
    }

    private sealed record Hole(long Offset, long Size);

    private sealed class Block(long size)
    {
        private readonly List<Hole> _holes = [new Hole(0, size)];

        public IReadOnlyList<Hole> Holes => _holes;

        public long Most { get; private set; }

        public long Take(int index, long bytes)
        {
            Hole hole = _holes[index];
            if (hole.Size == bytes)
            {
                _holes.RemoveAt(index);
            }
            else
            {
                _holes[index] = new Hole(hole.Offset + bytes, hole.Size - bytes);
            }

            Most = Math.Max(Most, hole.Offset + bytes);
            return hole.Offset;
        }

        public void Release(long offset, long bytes)
        {
            int at = _holes.FindIndex(hole => hole.Offset > offset);
            at = at < 0 ? _holes.Count : at;
            _holes.Insert(at, new Hole(offset, bytes));
            Merge(at);
            Merge(at - 1);
        }

        private void Merge(int index)
        {
            if (index < 0 || index + 1 >= _holes.Count)
            {
                return;
            }

            (Hole first, Hole second) = (_holes[index], _holes[index + 1]);
            if (first.Offset + first.Size == second.Offset)
            {
                _holes[index] = first with { Size = first.Size + second.Size };
                _holes.RemoveAt(index + 1);
            }
        }
    }
}
