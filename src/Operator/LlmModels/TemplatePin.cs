using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Operator.LlmModels;

/// <summary>
/// The chat template that a model must have. It is a program that the engine runs on every conversation: what somebody
/// else changed in it is not taken over in silence: with a pin not at all, without one only where the source is to follow
/// its name, and an event says so. Pure.
/// </summary>
internal static class TemplatePin
{
    /// <summary>Hash that a variant's template must have; null when any will do.</summary>
    public static string? Of(LlmModelSpec spec, ModelArtifact artifact) =>
        spec.ChatTemplateSha256 ?? artifact.ChatTemplateSha256;

    /// <summary>
    /// Hash that a replica is held to from now on: a template that its agent refused and that somebody pinned since is
    /// the right one. Nothing else changes, as what runs would be loaded again.
    /// </summary>
    public static string? Renewed(LlmModelSpec spec, ModelReplica replica) =>
        replica.Spec.Artifact.ChatTemplateSha256 is { } before
        && replica.Status?.ChatTemplateSha256 is { } seen
        && seen != before
        && seen == spec.ChatTemplateSha256
            ? seen
            : replica.Spec.Artifact.ChatTemplateSha256;

    /// <summary>What is wrong and what to do; null when every variant has the right template.</summary>
    public static string? Problem(LlmModelSpec spec, IReadOnlyList<InspectedVariant> variants) =>
        variants.Select(variant => Problem(spec, variant)).FirstOrDefault(problem => problem is not null);

    /// <summary>What is wrong with the template of one variant and what to do; null when it is the right one.</summary>
    public static string? Problem(LlmModelSpec spec, InspectedVariant variant)
    {
        string? actual = variant.Facts.ChatTemplateSha256;
        if (Of(spec, variant.Artifact) is not { } wanted || wanted == actual)
        {
            return null;
        }

        string since = spec.ChatTemplateSha256 is null
            ? "was recorded at the first inspection"
            : "spec.chatTemplateSha256 pins";
        return actual is null
            ? $"The file of variant {variant.Artifact.Variant} has no chat template where {since} {wanted}; use another file, or leave the pin out."
            : $"The chat template of variant {variant.Artifact.Variant} has the SHA-256 {actual} where {since} {wanted}; read it, and set spec.chatTemplateSha256 to {actual} when it is right.";
    }

    /// <summary>How the template differs between two versions of a variant; null when it does not.</summary>
    public static string? Change(InspectedVariant before, InspectedVariant now) =>
        before.Facts.ChatTemplateSha256 == now.Facts.ChatTemplateSha256
            ? null
            : $"The new version of variant {now.Artifact.Variant} brought another chat template: its SHA-256 was {before.Facts.ChatTemplateSha256 ?? "(none)"} and is {now.Facts.ChatTemplateSha256 ?? "(none)"}. Set spec.chatTemplateSha256 to keep one.";
}
