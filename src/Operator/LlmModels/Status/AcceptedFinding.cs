using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>Condition Accepted: the spec is sound and every variant's header was read.</summary>
internal static class AcceptedFinding
{
    public static Finding Of(ModelObservation seen)
    {
        if (seen.Acceptance is Acceptance.Refused refused)
        {
            return Finding.False(refused.Reason, refused.Message, isTerminal: true);
        }

        switch (seen.Inspection)
        {
            case Inspection.Done done:
                return seen.Outcome?.Problem is { } problem
                        ? Finding.False(problem.Reason, problem.Message, isTerminal: true)
                    : done.Refused is { } newer
                        ? Finding.False(
                            LlmModelConditions.TemplateChanged,
                            $"{newer} Until then the version before it is used."
                        )
                    : Finding.True(LlmModelConditions.Inspected, Describe(seen.Model.Spec, done));
            case Inspection.Failed failed when failed.IsTerminal || !seen.WasInspected:
                return Finding.False(
                    failed.Reason,
                    failed.IsTerminal ? failed.Message : $"{failed.Message} It is tried again.",
                    failed.IsTerminal
                );
            default:
                return Before(seen);
        }
    }

    // After a restart of the operator, or while a source is away, what was found before still holds.
    private static Finding Before(ModelObservation seen) =>
        seen.WasInspected
        && seen.Model.Status?.Conditions.Find(LlmModelConditions.Accepted) is { } before
        && seen.Model.Status.Conditions.IsTrue(LlmModelConditions.Accepted)
            ? Finding.True(before.Reason, before.Message)
            : Finding.Unknown(ConditionReason.Pending, "The header of the model's file is being read.");

    private static string Describe(LlmModelSpec spec, Inspection.Done done)
    {
        string variants = string.Join(
            ", ",
            done.Variants.Select(v => $"{v.Facts.QuantizationName} {ByteText.Of(v.Artifact.SizeBytes)}")
        );
        InspectedVariant first = done.Variants[0];
        string? clamped = done
            .Variants.Select(v => ContextLadder.Clamped(spec.Context, v.Facts.ContextLength))
            .FirstOrDefault(m => m is not null);
        string text =
            $"Architecture {first.Facts.Architecture}, trained for {first.Facts.ContextLength} tokens; {variants}.";
        return string.Join(' ', [text, .. clamped is null ? [] : new[] { clamped }, .. done.Notices]);
    }
}
