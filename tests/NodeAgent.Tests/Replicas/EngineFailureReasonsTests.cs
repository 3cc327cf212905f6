using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines;
using LlmOperator.NodeAgent.Replicas;

namespace LlmOperator.NodeAgent.Tests.Replicas;

public sealed class EngineFailureReasonsTests
{
    private static readonly EngineExit s_aborted = new()
    {
        Requested = false,
        Signal = 6,
        FailedCheck = "ggml-impl.h:330: fatal error",
    };

    [Theory]
    [InlineData(EngineFailure.Exited, true, ModelReplicaConditions.EngineCheckFailed)]
    [InlineData(EngineFailure.Exited, false, ModelReplicaConditions.EngineExited)]
    [InlineData(EngineFailure.ModelRejected, false, ModelReplicaConditions.EngineExited)]
    [InlineData(EngineFailure.OutOfMemory, true, ModelReplicaConditions.OutOfMemory)]
    [InlineData(EngineFailure.NotFound, false, ModelReplicaConditions.EngineMissing)]
    public void Of_FailureToStart_NamesACheckOfTheEngine(
        EngineFailure failure,
        bool aborted,
        string expected
    ) =>
        Assert.Equal(
            expected,
            EngineFailureReasons.Of(
                new EngineException(failure, "x")
                {
                    Exit = aborted ? s_aborted : s_aborted with { FailedCheck = null },
                }
            )
        );

    [Fact]
    public void Of_AbortAfterItAnswered_IsOnlyAnEnd() =>
        Assert.Equal(ModelReplicaConditions.EngineExited, EngineFailureReasons.Of(s_aborted));
}
