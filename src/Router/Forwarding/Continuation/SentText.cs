using System.Text;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Forwarding.Continuation;

/// <summary>
/// What the client has of a streamed answer, piece by piece: enough to go on elsewhere. It keeps JSON text as it came, so
/// that a stream that does not break costs a copy and no decoding.
/// </summary>
internal sealed class SentText
{
    // An answer longer than this is not kept; it ends with an error when it breaks.
    private const int LongestText = 4 << 20;

    private readonly List<int> _ends = [];
    private byte[] _text = [];
    private int _length;
    private byte[]? _first;

    /// <summary>False when the client has something that nobody can go on from: a call, a thought, a second choice.</summary>
    public bool IsText { get; private set; } = true;

    /// <summary>Pieces so far: about one a token.</summary>
    public int Count => _ends.Count;

    /// <summary>Notes an event that goes to the client.</summary>
    /// <param name="data">Its JSON text.</param>
    /// <param name="facts">What was read of it.</param>
    public void Add(ReadOnlySpan<byte> data, AnswerFacts facts)
    {
        _first ??= data.ToArray();
        ReadOnlySpan<byte> piece = data.Slice(facts.ContentStart, facts.ContentLength);
        if (facts.HasMore || _length + piece.Length > LongestText)
        {
            IsText = false;
        }

        if (!IsText || piece.IsEmpty)
        {
            return;
        }

        if (_text.Length < _length + piece.Length)
        {
            Array.Resize(ref _text, Math.Max(_length + piece.Length, Math.Max(256, _text.Length * 2)));
        }

        piece.CopyTo(_text.AsSpan(_length));
        _length += piece.Length;
        _ends.Add(_length);
    }

    /// <summary>The pieces, decoded.</summary>
    public string[] Pieces()
    {
        string[] pieces = new string[_ends.Count];
        int start = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            // The text of a JSON string without its quotes, such as: a \"quoted\" word
            string escaped = Encoding.UTF8.GetString(_text.AsSpan(start.._ends[i]));
            pieces[i] = JsonSerializer.Deserialize<string>($"\"{escaped}\"")!;
            start = _ends[i];
        }

        return pieces;
    }

    /// <summary>The first event that the client got: the ids of its answer.</summary>
    public ReadOnlyMemory<byte> First => _first;
}
