using System.Text;

namespace LlmOperator.Cli.Chatting;

/// <summary>A conversation at the terminal, or one question from an argument or a pipe.</summary>
internal sealed class ChatSession(ChatClient client, string model, string? systemPrompt, TextWriter output)
{
    private readonly List<ChatMessage> _messages = systemPrompt is null
        ? []
        : [new ChatMessage("system", systemPrompt)];

    /// <summary>Asks one question and streams the answer.</summary>
    public async Task AskAsync(string question, CancellationToken cancellationToken)
    {
        _messages.Add(new ChatMessage("user", question));
        StringBuilder answer = new();
        await foreach (string piece in client.AskAsync(model, _messages, cancellationToken))
        {
            answer.Append(piece);
            await output.WriteAsync(piece);
            await output.FlushAsync(cancellationToken);
        }

        await output.WriteLineAsync();
        _messages.Add(new ChatMessage("assistant", answer.ToString()));
    }

    /// <summary>Reads questions until the input ends or says <c>/bye</c>; a failed question does not end it.</summary>
    public async Task RunAsync(TextReader input, TextWriter prompt, CancellationToken cancellationToken)
    {
        await prompt.WriteLineAsync($"Talking to {model}. An empty line or /bye ends.");
        while (true)
        {
            await prompt.WriteAsync("> ");
            string? line = await input.ReadLineAsync(cancellationToken);
            if (string.IsNullOrWhiteSpace(line) || line.Trim() == "/bye")
            {
                return;
            }

            try
            {
                await AskAsync(line, cancellationToken);
            }
            catch (CliException e)
            {
                // The question stays out of the conversation, as its answer does.
                _messages.RemoveAt(_messages.Count - 1);
                await prompt.WriteLineAsync($"llmop: {e.Message}");
            }
        }
    }
}
