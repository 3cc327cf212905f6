using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Engines.Tests.Memory;

/// <summary>Configurations at which this build of the engine fails a check of its own and aborts.</summary>
public sealed class EngineAbortTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task ProjectAsync_EngineFailsACheckOfItsOwn_IsAFailureOfTheEngineAndNoLackOfMemory()
    {
        RealShape shape = RealShapes.All.Single(s => s.Name == "Phi-4 14B");
        string path = Path.Combine(fixture.NewFolder(), "shape.gguf");
        ShapeFiles.Write(shape, path);

        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            fixture.Engine.ProjectAsync(
                new EngineLaunch
                {
                    Alias = "phi",
                    Model = path,
                    RuntimeFolder = fixture.NewFolder(),
                    Load = new LoadParameters
                    {
                        ContextLength = 4096,
                        ParallelSequences = 4,
                        KvCacheType = KvCacheType.Q8_0,
                        FlashAttention = true,
                    },
                },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal(EngineFailure.Exited, error.Failure);
        Assert.False(error.Exit!.OutOfMemory);
        Assert.Matches(@"ggml-impl\.h:\d+: fatal error", error.Exit.FailedCheck);
        Assert.Contains(error.Exit.FailedCheck!, error.Message, StringComparison.Ordinal);
        Assert.Contains("spec.kvCacheTypes", error.Message, StringComparison.Ordinal);
    }
}
