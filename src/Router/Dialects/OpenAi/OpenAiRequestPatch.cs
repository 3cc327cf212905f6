using System.Text.Json;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Writes the request as one target gets it: another <c>model</c>, a role's defaults, all else unchanged.</summary>
internal static class OpenAiRequestPatch
{
    private static ReadOnlySpan<byte> AskForUsage => "\"stream_options\":{\"include_usage\":true},"u8;

    /// <summary>A pooled copy of the request; the caller releases it.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="upstreamModel">Name that the target knows.</param>
    /// <param name="defaults">What a role adds.</param>
    /// <param name="isLocal">Whether the target is an engine of ours, which knows more fields.</param>
    public static PooledBuffer Apply(
        OpenAiRequest request,
        string upstreamModel,
        RequestDefaults defaults,
        bool isLocal
    )
    {
        byte[] model = JsonSerializer.SerializeToUtf8Bytes(upstreamModel);
        byte[] fields =
        [
            .. defaults.FieldsFor(request),
            .. isLocal ? request.EngineFields.Span : [],
            .. request.AddsUsage ? AskForUsage : [],
        ];
        byte[] system = defaults.SystemMessageFor(request);
        ReadOnlySpan<byte> body = request.Body.Span;
        (int modelStart, int modelLength) = request.ModelRange.GetOffsetAndLength(body.Length);
        int modelEnd = modelStart + modelLength;
        int messages = request.MessagesStart;

        PooledBuffer patched = new(body.Length + model.Length + fields.Length + system.Length);
        patched.Append(body[..request.FieldsStart]);
        patched.Append(fields);
        if (system.Length > 0 && messages < modelStart)
        {
            patched.Append(body[request.FieldsStart..messages]);
            patched.Append(system);
            patched.Append(body[messages..modelStart]);
        }
        else
        {
            patched.Append(body[request.FieldsStart..modelStart]);
        }

        patched.Append(model);
        if (system.Length > 0 && messages > modelStart)
        {
            patched.Append(body[modelEnd..messages]);
            patched.Append(system);
            patched.Append(body[messages..]);
        }
        else
        {
            patched.Append(body[modelEnd..]);
        }

        return patched;
    }
}
