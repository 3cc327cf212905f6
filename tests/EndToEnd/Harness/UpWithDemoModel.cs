namespace LlmOperator.EndToEnd.Harness;

/// <summary>A running <c>llmop up</c> with the demo model ready.</summary>
public sealed class UpWithDemoModel : IAsyncLifetime
{
    public const string ModelName = "demo";
    private RunningUp? _up;

    public RunningUp Up => _up ?? throw new InvalidOperationException("The fixture has not started.");

    public async ValueTask InitializeAsync()
    {
        _up = await RunningUp.StartAsync(CancellationToken.None);
        await _up.ApplyAsync(DemoModelFile.Manifest(ModelName), CancellationToken.None);
        await _up.WaitForConditionAsync(
            "llmmodel",
            ModelName,
            "Ready",
            "True",
            reason: null,
            CancellationToken.None
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_up is not null)
        {
            await _up.DisposeAsync();
        }
    }
}
