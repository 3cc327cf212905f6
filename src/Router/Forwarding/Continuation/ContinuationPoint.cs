namespace LlmOperator.Router.Forwarding.Continuation;

/// <summary>
/// Where an answer is taken up again. Text is cut into tokens anew there, and only between words are the new tokens
/// surely the old ones; so the last word is asked for once more, and what the client has of it is not sent again.
/// </summary>
/// <param name="Given">Text that the next target is given as the beginning of its answer.</param>
/// <param name="GivenPieces">Pieces of it.</param>
/// <param name="Repeated">Text after it that the client has and the target will say again.</param>
internal sealed record ContinuationPoint(string Given, int GivenPieces, string Repeated)
{
    // A text without spaces, or one long word: taken up where it broke.
    private const int MostRepeatedPieces = 32;

    /// <summary>The best point for pieces that were sent.</summary>
    public static ContinuationPoint Of(IReadOnlyList<string> pieces)
    {
        for (int i = pieces.Count - 1; i > 0 && i >= pieces.Count - MostRepeatedPieces; i--)
        {
            if (StartsAWord(pieces[i]) && !EndsWithSpace(pieces[i - 1]))
            {
                return new ContinuationPoint(string.Concat(pieces.Take(i)), i, string.Concat(pieces.Skip(i)));
            }
        }

        return AtTheEnd(pieces);
    }

    /// <summary>Where it broke, with nothing said again.</summary>
    public static ContinuationPoint AtTheEnd(IReadOnlyList<string> pieces) =>
        new(string.Concat(pieces), pieces.Count, "");

    private static bool StartsAWord(string piece) => piece.Length > 0 && char.IsWhiteSpace(piece[0]);

    private static bool EndsWithSpace(string piece) => piece.Length == 0 || char.IsWhiteSpace(piece[^1]);
}
