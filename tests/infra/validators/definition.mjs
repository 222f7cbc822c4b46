// Prints what AWS's language service for the Amazon States Language finds in a definition on stdin.
import { text } from "node:stream/consumers";
import states from "amazon-states-language-service";

const content = await text(process.stdin);
const document = states.TextDocument.create("file:///definition.asl.json", "asl", 1, content);
const service = states.getLanguageService({});
const found = await service.doValidation(document, service.parseJSONDocument(document));
const problems = found.map(({ range, message }) => ({ line: range.start.line + 1, message }));
console.log(JSON.stringify(problems));
