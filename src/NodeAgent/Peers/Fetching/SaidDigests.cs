using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>
/// Digests of a file's units as named seeders said them, and who is to blame when bytes do not have them. Until the whole
/// file is right nobody knows whether a unit or its digest is wrong: only who contradicts himself is guilty before.
/// Thread-safe.
/// </summary>
internal sealed class SaidDigests(int units)
{
    private readonly Lock _lock = new();
    private readonly Said?[] _said = new Said?[units];
    private readonly Dictionary<string, Author> _authors = [];
    private readonly List<(string Giver, int Unit, string Given)> _disputes = [];

    /// <summary>Digest that a unit must have, in hex; null while nobody said it.</summary>
    public string? Of(int unit) =>
        Volatile.Read(ref _said[unit]) is { Author.IsOutvoted: false } said ? said.Digest : null;

    /// <summary>Whether a node's digests count no more.</summary>
    public bool IsOutvoted(string node)
    {
        lock (_lock)
        {
            return _authors.TryGetValue(node, out Author? author) && author.IsOutvoted;
        }
    }

    /// <summary>Takes what a seeder says; what was said of a unit first counts.</summary>
    public void Add(string node, PeerUnits list)
    {
        lock (_lock)
        {
            Author author = _authors.TryGetValue(node, out Author? known)
                ? known
                : _authors[node] = new Author(node);
            foreach ((int unit, string digest) in list.ToldDigests())
            {
                if (!author.IsOutvoted && unit < _said.Length && Of(unit) is null)
                {
                    Volatile.Write(ref _said[unit], new Said(digest, author));
                }
            }
        }
    }

    /// <summary>Units that <see cref="Of"/> knows: bit <c>unit % 8</c> of byte <c>unit / 8</c>.</summary>
    public byte[] Bits()
    {
        byte[] bits = new byte[(_said.Length + 7) / 8];
        for (int unit = 0; unit < _said.Length; unit++)
        {
            bits[unit / 8] |= (byte)(Of(unit) is null ? 0 : 1 << (unit % 8));
        }

        return bits;
    }

    /// <summary>A node gave a unit with another digest than was said.</summary>
    /// <returns>True when it is guilty: it said the digest itself.</returns>
    public bool Dispute(string giver, int unit, string given)
    {
        lock (_lock)
        {
            if (_said[unit] is not { } said)
            {
                return false;
            }

            if (said.Author.Node == giver)
            {
                return true;
            }

            if (_disputes.Any(d => d.Unit == unit && d.Given == given && d.Giver != giver))
            {
                // Two nodes have the same other bytes: who said the digest is alone.
                said.Author.IsOutvoted = true;
            }

            _disputes.Add((giver, unit, given));
            return false;
        }
    }

    /// <summary>Whether a node gave what nobody could judge yet, so that others are asked first.</summary>
    public bool IsInDispute(string node)
    {
        lock (_lock)
        {
            return _disputes.Any(d => d.Giver == node && _said[d.Unit] is { Author.IsOutvoted: false });
        }
    }

    /// <summary>Who is to blame for bytes that are not the origin's: who said that they are right, before who passed them on.</summary>
    public string AuthorOr(string giver, int unit, UnitFault fault)
    {
        lock (_lock)
        {
            return _said[unit] is { } said && said.Digest == fault.Given ? said.Author.Node : giver;
        }
    }

    /// <summary>Who was wrong in which unit, now that the digests of the right file are known.</summary>
    public IReadOnlyList<(string Node, int Unit, bool SaidIt)> Settle(Func<int, string> digestOf)
    {
        lock (_lock)
        {
            return
            [
                .. _disputes.Where(d => d.Given != digestOf(d.Unit)).Select(d => (d.Giver, d.Unit, false)),
                .. Enumerable
                    .Range(0, _said.Length)
                    .Where(unit => _said[unit] is { } said && said.Digest != digestOf(unit))
                    .Select(unit => (_said[unit]!.Author.Node, unit, true)),
            ];
        }
    }

    private sealed class Author(string node)
    {
        private volatile bool _isOutvoted;

        public string Node => node;

        public bool IsOutvoted
        {
            get => _isOutvoted;
            set => _isOutvoted = value;
        }
    }

    private sealed record Said(string Digest, Author Author);
}
