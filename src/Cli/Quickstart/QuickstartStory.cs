using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Chatting;
using LlmOperator.Cli.Commands;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Getting;
using LlmOperator.Cli.Up;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Quickstart;

/// <summary>From nothing to an answer: apply a model, watch it being placed, pulled and loaded, ask it.</summary>
/// <param name="host">Everything, running.</param>
/// <param name="registry">Registry that offers the demo model.</param>
/// <param name="output">Where the story is told.</param>
/// <param name="bars">Progress bars; null where the output is no terminal.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class QuickstartStory(
    UpHost host,
    Uri registry,
    TextWriter output,
    PullBars? bars,
    TimeProvider timeProvider
)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private static readonly ObjectKey s_model = new("default", "demo");

    /// <summary>Tells the story.</summary>
    /// <exception cref="CliException">The model did not become ready; the message is its condition's.</exception>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        await WaitForNodeAsync(cancellationToken);
        string manifest = DemoModel.Manifest(registry);
        await output.WriteLineAsync("You write:\n");
        await output.WriteLineAsync(Indent(manifest));
        await ApplyAsync(manifest, cancellationToken);
        await WaitUntilReadyAsync(cancellationToken);

        await output.WriteLineAsync(
            $"\nThe router answers at {host.RouterUrl}v1/chat/completions (OpenAI protocol):\n"
        );
        await output.WriteLineAsync($"  > {DemoModel.Question}");
        await output.WriteAsync("  ");
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        ChatSession session = new(
            new ChatClient(http, host.RouterUrl, apiKey: null),
            "demo",
            systemPrompt: null,
            output
        );
        await session.AskAsync(DemoModel.Question, cancellationToken);

        await output.WriteLineAsync("\nThe objects, as `kubectl get llm` shows them:\n");
        await ShowObjectsAsync(cancellationToken);
    }

    private static string Indent(string text) =>
        string.Join('\n', text.TrimEnd().Split('\n').Select(l => "  " + l)) + "\n";

    private async Task ApplyAsync(string manifest, CancellationToken cancellationToken)
    {
        ResourceCatalog catalog = await ResourceCatalog.LoadAsync(host.Client, cancellationToken);
        Applier applier = new(host.Client, "default");
        Manifest document = new(KubernetesYaml.ReadAll(manifest, "quickstart")[0], "quickstart");
        string result = await applier.ApplyAsync(catalog, document, new ApplySettings(), cancellationToken);
        await output.WriteLineAsync($"What happens:\n\n  {result}");
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        ProgressLines progress = new(output, timeProvider);
        long start = timeProvider.GetTimestamp();
        bool barsShown = bars is null;
        while (true)
        {
            LlmModel? model = host.FindModel(s_model);
            IReadOnlyList<ModelReplica> replicas = host.FindReplicas(s_model);
            if (!barsShown && replicas.Any(r => r.Status?.Pull is { TotalBytes: > 0 }))
            {
                barsShown = true;
                await bars!.ShowAsync(() => host.FindReplicas(s_model), IsPulled, cancellationToken);
                continue;
            }

            progress.Show(model, replicas, withPulls: bars is null);
            Condition? ready = model?.Status?.Conditions.FirstOrDefault(c =>
                c.Type == LlmModelConditions.Ready
            );
            if (ready?.Status == ConditionStatus.True)
            {
                return;
            }

            if (timeProvider.GetElapsedTime(start) > s_patience)
            {
                throw new CliException(
                    $"The demo model was not ready after {s_patience.TotalMinutes} minutes: {ready?.Reason} {ready?.Message} The log is {host.LogPath}."
                );
            }

            await Task.Delay(s_interval, timeProvider, cancellationToken);
        }
    }

    private bool IsPulled() =>
        host.FindReplicas(s_model).All(r => r.Status?.Pull?.State is PullState.Stored or PullState.Failed);

    /// <summary>The node reports its devices and engines within a second or two; without an engine nothing can run.</summary>
    private async Task WaitForNodeAsync(CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        while (true)
        {
            Condition? ready = (await host.Client.ListAsync<LlmNode>(new ListOptions(), cancellationToken))
                .Items.SelectMany(n => n.Status?.Conditions ?? [])
                .FirstOrDefault(c => c.Type == LlmNodeConditions.Ready);
            if (ready?.Status == ConditionStatus.True)
            {
                return;
            }

            if (
                ready?.Reason == LlmNodeConditions.NoEngine
                || timeProvider.GetElapsedTime(start) > s_patience
            )
            {
                throw new CliException(
                    $"The node cannot run models: {ready?.Message ?? "its agent did not report."}"
                );
            }

            await Task.Delay(s_interval, timeProvider, cancellationToken);
        }
    }

    private async Task ShowObjectsAsync(CancellationToken cancellationToken)
    {
        ResourceCatalog catalog = await ResourceCatalog.LoadAsync(host.Client, cancellationToken);
        GetRequest request = new(catalog.Find("llm"), Name: null, "default", Selector: null, Output: "table");
        ConnectionOptions connect = new(host.KubeconfigPath, Context: null, DataDirectory: null, "default");
        using ClusterConnection connection = ClusterConnection.Open(connect);
        StringWriter text = new();
        await GetCommand.RunAsync(connection, request, text, cancellationToken);
        await output.WriteLineAsync(Indent(text.ToString()));
    }
}
