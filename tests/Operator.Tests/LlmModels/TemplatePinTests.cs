using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Operator.LlmModels;

namespace LlmOperator.Operator.Tests.LlmModels;

/// <summary>The chat template that a model must have.</summary>
public sealed class TemplatePinTests
{
    private static readonly string s_a = new('a', 64);
    private static readonly string s_b = new('b', 64);

    [Fact]
    public void Problem_NothingPinnedOrRecorded_IsNull() => Assert.Null(Problem(null, null, s_a));

    [Fact]
    public void Problem_AsPinnedAndAsRecorded_IsNull() => Assert.Null(Problem(s_a, s_a, s_a));

    [Fact]
    public void Problem_PinnedAnew_OverridesWhatWasRecorded() => Assert.Null(Problem(s_b, s_a, s_b));

    [Fact]
    public void Problem_OtherThanRecorded_NamesBothAndTheRemedy()
    {
        string? problem = Problem(null, s_a, s_b);

        Assert.Contains(
            s_b + " where was recorded at the first inspection " + s_a,
            problem,
            StringComparison.Ordinal
        );
        Assert.Contains("set spec.chatTemplateSha256 to " + s_b, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_PinnedAndNoTemplate_SaysSo() =>
        Assert.Contains("has no chat template", Problem(s_a, null, null), StringComparison.Ordinal);

    [Theory]
    [InlineData("b", "b", "b")]
    [InlineData("b", null, "a")]
    [InlineData(null, "b", "a")]
    [InlineData("b", "c", "a")]
    public void Renewed_OnlyWhatTheAgentRefusedAndSomebodyPinned(string? pin, string? seen, string expected)
    {
        ModelReplica replica = new()
        {
            Spec = new ModelReplicaSpec { Artifact = new ModelArtifact { ChatTemplateSha256 = "a" } },
            Status = new ModelReplicaStatus { ChatTemplateSha256 = seen },
        };

        Assert.Equal(expected, TemplatePin.Renewed(new LlmModelSpec { ChatTemplateSha256 = pin }, replica));
    }

    private static string? Problem(string? pin, string? recorded, string? actual) =>
        TemplatePin.Problem(
            new LlmModelSpec { ChatTemplateSha256 = pin },
            [
                new InspectedVariant
                {
                    Artifact = new ModelArtifact { Variant = "q4", ChatTemplateSha256 = recorded },
                    Facts = new ModelFacts
                    {
                        Architecture = "llama",
                        Name = "",
                        FileKind = "model",
                        QuantizationName = "Q4_K_M",
                        ChatTemplateSha256 = actual,
                    },
                    Files = new ModelFiles { Parts = [] },
                },
            ]
        );
}
