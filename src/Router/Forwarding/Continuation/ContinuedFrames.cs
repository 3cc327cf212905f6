using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Forwarding.Continuation;

/// <summary>
/// Makes the events of the target that goes on look like those of the one that broke: the same ids, no second beginning,
/// nothing that the client has already, and one usage for both.
/// </summary>
internal sealed class ContinuedFrames
{
    private static readonly string[] s_identity = ["id", "created", "model", "system_fingerprint"];
    private readonly JsonObject _first;
    private readonly ContinuationPoint _point;
    private string _toSkip;

    /// <param name="first">First event that the client got.</param>
    /// <param name="point">Where the answer is taken up.</param>
    public ContinuedFrames(ReadOnlyMemory<byte> first, ContinuationPoint point)
    {
        _first = JsonNode.Parse(first.Span)!.AsObject();
        (_point, _toSkip) = (point, point.Repeated);
    }

    /// <summary>True when all that the client has of the repeated text came again.</summary>
    public bool HasCaughtUp => _toSkip.Length == 0;

    /// <summary>Usage of the whole answer, once it is known.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>The event as the client gets it; null for one that it does not get.</summary>
    /// <exception cref="ContinuationDiffersException">The target says something else than the client has.</exception>
    public byte[]? Next(ReadOnlyMemory<byte> data)
    {
        JsonObject frame = JsonNode.Parse(data.Span)!.AsObject();
        foreach (string name in s_identity)
        {
            if (_first[name] is { } value)
            {
                frame[name] = value.DeepClone();
            }
        }

        if (frame["usage"] is JsonObject usage)
        {
            Merge(usage);
        }

        JsonObject? choice = (frame["choices"] as JsonArray)?.FirstOrDefault()?.AsObject();
        if (choice is not null && !Skip(choice))
        {
            return null;
        }

        return Encoding.UTF8.GetBytes($"data: {frame.ToJsonString()}\n\n");
    }

    // What was given counts as prompt at the target; for the client it is answer.
    private void Merge(JsonObject usage)
    {
        long prompt = (long?)usage["prompt_tokens"] ?? 0;
        long completion = (long?)usage["completion_tokens"] ?? 0;
        long given = Math.Min(_point.GivenPieces, prompt);
        usage["prompt_tokens"] = prompt - given;
        usage["completion_tokens"] = completion + given;
        Usage = new TokenUsage(prompt - given, completion + given);
    }

    // False when nothing is left of the event.
    private bool Skip(JsonObject choice)
    {
        JsonObject? delta = choice["delta"] as JsonObject;
        string text = (string?)delta?["content"] ?? "";
        int same = Math.Min(text.Length, _toSkip.Length);
        if (!text.AsSpan(0, same).SequenceEqual(_toSkip.AsSpan(0, same)))
        {
            throw new ContinuationDiffersException();
        }

        if (choice["finish_reason"] is not null && same < _toSkip.Length)
        {
            throw new ContinuationDiffersException();
        }

        _toSkip = _toSkip[same..];
        text = text[same..];
        if (delta is not null)
        {
            delta.Remove("role");
            if (text.Length > 0)
            {
                delta["content"] = text;
            }
            else
            {
                delta.Remove("content");
            }
        }

        return delta is null or { Count: > 0 } || choice["finish_reason"] is not null;
    }
}
