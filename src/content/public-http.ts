export { contentRoutes } from './routes/content-routes.ts';
export { because, jsonObject, LocaleSchema, MessageSchema, TagRefSchema } from './schemas/requests.ts';
